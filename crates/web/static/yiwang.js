// Yiwang 一网: comforts only. Every page works without this file.
(() => {
  "use strict";
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (tag, attributes, text = "") => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = text;
    return element;
  };
  const speak = (text) => {
    let voice = document.getElementById("voice");
    if (!voice) document.body.append((voice = make("div", { id: "voice", class: "vh", role: "status", "aria-live": "polite" })));
    voice.textContent = text;
  };

  // Error summary: focus it when the page comes back with errors.
  $$("[data-focus]").slice(0, 1).forEach((box) => box.focus());

  // Submit once. The server has the idempotency key; this only spares the second click.
  $$("form[data-once]").forEach((form) => form.addEventListener("submit", (event) => {
    if (document.querySelector("form[data-sent]")) return event.preventDefault();
    form.dataset.sent = "1";
    const button = event.submitter || form.querySelector("button");
    if (!button) return;
    button.dataset.words = button.textContent;
    button.setAttribute("aria-busy", "true");
    button.textContent = "正在提交…";
    speak("正在提交");
  }));
  addEventListener("pageshow", () => $$("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    $$("[aria-busy]", form).forEach((button) => {
      button.removeAttribute("aria-busy");
      button.textContent = button.dataset.words;
    });
  }));

  // 0.0 MB says nothing: small files are told in KB.
  const size = (bytes) => bytes < 104858 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;

  // Chosen files: names, sizes, and a warning before a long upload is refused.
  $$("input[type=file]").forEach((input) => {
    const list = make("ul", { class: "files" });
    const limit = Number(input.dataset.maxMb || 20);
    input.after(list);
    // A material has a form of its own: what was chosen goes at once and cannot be forgotten. That is said beforehand.
    const atOnce = input.form?.matches("[data-upload]");
    if (atOnce) document.getElementById(`${input.id}-hint`)?.append("选好就上传。");
    input.addEventListener("change", () => {
      const large = [...input.files].filter((file) => file.size > limit * 1048576);
      list.replaceChildren(...[...input.files].map((file) => make("li", {}, `${file.name}（${size(file.size)}）`)));
      const all = [...input.files].reduce((sum, file) => sum + file.size, 0);
      const text = large.length ? `${large[0].name} 超过 ${limit} MB，请换一个小一些的文件`
        : all > 20 * 1048576 ? `这些文件加起来有 ${size(all)}，一次最多 20 MB，请分几次选` : "";
      if (text) list.append(make("li", { class: "error" }, text));
      input.setCustomValidity(text);
      speak(text || `已选择 ${input.files.length} 个文件`);
      if (atOnce && !text && input.files.length) input.form.requestSubmit();
    });
  });

  // Characters left, counted as a reader counts them.
  $$("textarea[data-count]").forEach((area) => {
    const counter = document.getElementById(`${area.id}-count`);
    if (!counter) return;
    const limit = Number(area.dataset.count);
    const show = () => {
      const left = limit - [...area.value].length;
      counter.textContent = left < 0 ? `超出 ${-left} 字` : `还可以写 ${left} 字`;
      counter.dataset.over = left < 0;
    };
    area.addEventListener("input", show);
    show();
  });

  // A question that hangs on another of its page is asked once that one is answered so; what is not asked is not sent.
  $$("[data-when]").forEach((field) => {
    const form = field.closest("form"), wanted = JSON.parse(field.dataset.is), wrong = field.querySelector(".error");
    const ask = () => {
      field.hidden = !wrong && !new FormData(form).getAll(field.dataset.when).some((value) => wanted.includes(value));
      $$("input, textarea, select", field).forEach((control) => (control.disabled = field.hidden));
    };
    form.addEventListener("change", ask);
    ask();
  });

  // Whoever logs in after somebody else in the same window finds nothing of hers.
  const who = document.querySelector(".identity")?.textContent;
  if (who && sessionStorage.getItem("who") !== who) { sessionStorage.clear(); sessionStorage.setItem("who", who); }
  // What was typed stays when a page is left by another way than its own button: the log-in extended, a file looked
  // at, one page back. It lies in this window alone, until it is sent or the log-in ends.
  if (/^\/(drafts|cases|desk\/cases)\//.test(location.pathname)) {
    const place = `typed ${location.pathname}`, box = (control) => /checkbox|radio/.test(control.type);
    const typed = JSON.parse(sessionStorage.getItem(place) || "{}"), keep = () => sessionStorage.setItem(place, JSON.stringify(typed));
    const controls = (root) => $$("textarea, select, input:not([type=hidden], [type=file], [type=password])", root).filter((control) => control.id && control.form?.method === "post");
    const main = document.getElementById("main");
    // A page that came back with errors has what was typed.
    if (!document.querySelector("[data-focus]")) controls(main).forEach((control) => {
      const was = typed[control.id];
      if (was === undefined || was === (box(control) ? control.checked : control.value)) return;
      if (box(control)) control.checked = was; else control.value = was;
      const fold = control.form.closest("details");
      if (fold) fold.open = true;
      for (const name of ["input", "change"]) control.dispatchEvent(new Event(name, { bubbles: true }));
      speak("刚才填的内容还在");
    });
    main.addEventListener("input", ({ target }) => {
      // Of a group of circles only one is full.
      const same = (control) => control === target || (target.type === "radio" && control.name === target.name && control.form === target.form);
      controls(main).filter(same).forEach((control) => (typed[control.id] = box(control) ? control.checked : control.value));
      keep();
    });
    main.addEventListener("submit", ({ target }) => { [...target.elements].forEach((control) => delete typed[control.id]); keep(); });
  }
  document.querySelector("form[action='/session/end']")?.addEventListener("submit", () => sessionStorage.clear());

  // A link to something folded opens it: browsers do so for what lies inside, not for the fold itself.
  const unfold = () => { const fold = document.getElementById(location.hash.slice(1)); if (fold?.matches("details")) fold.open = true; };
  addEventListener("hashchange", unfold);
  unfold();

  // Print, and copy a number.
  $$("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
  if (navigator.clipboard) $$("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
      speak((button.textContent = "已复制"));
    });
  });

  // Open all 完整版 details before printing.
  addEventListener("beforeprint", () => $$("details").forEach((details) => (details.open = true)));

  // Session warning: <div data-session="1200" data-extend="/session/extension" hidden> with a button inside.
  $$("[data-session]").forEach((box) => {
    let timer;
    const arm = () => {
      clearTimeout(timer);
      box.hidden = true;
      timer = setTimeout(() => {
        box.hidden = false;
        speak(box.querySelector("p").textContent);
      }, Math.max(0, Number(box.dataset.session) - 120) * 1000);
    };
    const button = box.querySelector("button");
    if (button) button.addEventListener("click", async (event) => {
      event.preventDefault();
      const reply = await fetch(box.dataset.extend, { method: "POST", headers: { accept: "application/json" }, body: new URLSearchParams(new FormData(button.form)) }).catch(() => null);
      if (!reply || !reply.ok) return button.form.submit();
      box.dataset.session = (await reply.json()).seconds;
      arm();
      speak("登录已延长");
    });
    arm();
  });

  // Live fragments: the server sends HTML by SSE, one element is replaced.
  $$("[data-live]").forEach((box) => {
    const source = new EventSource(box.dataset.live);
    const fresh = () => { box.dataset.at = Date.now(); box.removeAttribute("data-stale"); };
    source.onmessage = (event) => {
      box.replaceChildren(document.createRange().createContextualFragment(event.data));
      fresh();
    };
    fresh();
    setInterval(() => { if (Date.now() - box.dataset.at > 30000) box.dataset.stale = "true"; }, 5000);
  });

  // Search suggestions: an ARIA combobox over GET /search/suggestions?q=, which answers ["失业登记", …]
  // or [{"text": …, "note": …, "href": …}, …].
  $$("form[data-suggest]").forEach((form) => {
    const input = form.querySelector("input[name=q]");
    const list = make("ul", { class: "suggest", role: "listbox", id: `${input.id}-suggest`, "aria-label": "搜索建议" });
    let at = -1, turn = 0, timer, found = [];
    list.hidden = true;
    form.append(list);
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) input.setAttribute(name, value);
    const close = () => {
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const mark = (next) => {
      at = (next + found.length) % found.length;
      [...list.children].forEach((row, index) => row.setAttribute("aria-selected", index === at));
      input.setAttribute("aria-activedescendant", list.children[at].id);
    };
    const take = (choice) => {
      close();
      if (choice.href) return location.assign(choice.href);
      input.value = choice.text;
      form.requestSubmit();
    };
    const show = (choices) => {
      found = choices.slice(0, 8).map((choice) => (typeof choice === "string" ? { text: choice } : choice));
      list.replaceChildren(...found.map((choice, index) => {
        const row = make("li", { role: "option", id: `${list.id}-${index}`, "aria-selected": "false" }, choice.text);
        if (choice.note) row.append(make("small", { class: "muted" }, choice.note));
        row.addEventListener("mousedown", (event) => { event.preventDefault(); take(choice); });
        return row;
      }));
      at = -1;
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(!!found.length));
    };
    input.addEventListener("input", (event) => {
      clearTimeout(timer);
      if (event.isComposing) return;
      const words = input.value.trim(), mine = ++turn;
      if (!words) return close();
      timer = setTimeout(async () => {
        const reply = await fetch(`/search/suggestions?q=${encodeURIComponent(words)}`, { headers: { accept: "application/json" } }).catch(() => null);
        if (reply && reply.ok && mine === turn) show(await reply.json());
      }, 150);
    });
    input.addEventListener("compositionend", () => input.dispatchEvent(new Event("input")));
    input.addEventListener("keydown", (event) => {
      if (list.hidden || event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        mark(event.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1);
      } else if (event.key === "Escape") close();
      else if (event.key === "Enter" && at >= 0) { event.preventDefault(); take(found[at]); }
    });
    input.addEventListener("blur", close);
  });

  // A part that renews itself: the page is asked for again, its part with the same id takes the place of this one.
  // [data-left] inside it counts the seconds down.
  const renew = (part) => setTimeout(async () => {
    clearInterval(part.clock);
    const reply = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => null);
    if (!reply) return renew(part);
    const fresh = reply.ok && !reply.redirected && new DOMParser().parseFromString(await reply.text(), "text/html").getElementById(part.id);
    if (!fresh) return location.reload();
    // What was open stays open, and the focus stays where it was.
    const stops = (root) => $$("summary, a, button", root), held = stops(part).indexOf(document.activeElement);
    $$("details", part).forEach((details, index) => { const twin = $$("details", fresh)[index]; if (twin) twin.open = details.open; });
    part.replaceWith(fresh);
    if (held >= 0) stops(fresh)[held]?.focus();
    if (fresh.dataset.refresh) renew(fresh);
  }, count(part) || 1000 * Number(part.dataset.refresh));
  const count = (part) => {
    const left = part.querySelector("[data-left]"), end = Date.now() + 1000 * Number(left?.dataset.left);
    if (left) part.clock = setInterval(() => (left.textContent = Math.max(0, Math.ceil((end - Date.now()) / 1000))), 1000);
  };
  $$("[data-refresh]").forEach(renew);

  if ("serviceWorker" in navigator && location.protocol === "https:" || location.hostname === "localhost") navigator.serviceWorker?.register("/sw.js").catch(() => {});
})();
