// What a ruler finds on a page. arguments: width of the screen, smallest side of a tap target.
const [width, tap] = arguments;
const problems = [];
const name = (element) => {
  const words = (element.getAttribute("aria-label") || element.innerText || element.name || "").trim().replace(/\s+/g, " ");
  return `<${element.tagName.toLowerCase()}${element.id ? " #" + element.id : ""}${element.className ? " ." + element.className : ""}> “${words.slice(0, 40)}”`;
};
const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.getClientRects().length > 0;

// Reflow: nothing sticks out sideways, except inside a region that scrolls on purpose.
const wide = document.documentElement.scrollWidth;
if (wide > width) {
  const inScroller = (element) => {
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== "visible") return true;
    }
    return false;
  };
  const guilty = [...document.body.querySelectorAll("*")].filter((e) => shown(e) && e.getBoundingClientRect().right > width + 1 && !inScroller(e));
  problems.push(`${wide} px wide on a screen of ${width}: ${guilty.slice(-3).map(name).join(", ")}`);
}

// One h1, and a title that names the page.
const titles = document.querySelectorAll("h1");
if (titles.length !== 1) problems.push(`${titles.length} h1`);
if (!document.title.includes("江苏一网")) problems.push(`title “${document.title}”`);

// Tap targets. A link inside a sentence is as high as its line (WCAG 2.5.8, exception “inline”).
const inSentence = (link) => {
  const block = link.parentElement.closest("p, li, dd, td, small, span.hint, summary");
  if (!block || getComputedStyle(link).display !== "inline") return false;
  const around = [...block.childNodes].filter((node) => !node.contains(link)).map((node) => node.textContent).join("");
  return around.trim().length > 0;
};
for (const element of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
  if (!shown(element) || element.closest(".skip, .vh") || element.disabled) continue;
  if (element.tagName === "A" && inSentence(element)) continue;
  const box = element.getBoundingClientRect();
  // A card is its link: the link's ::after covers it.
  const cover = element.closest(".card--link");
  const { width: w, height: h } = cover ? cover.getBoundingClientRect() : box;
  // A cell of a table is padded around its link.
  if (w + 0.5 < tap || h + 0.5 < tap) problems.push(`target ${Math.round(w)}×${Math.round(h)} < ${tap}: ${name(element)}`);
}
return problems;
