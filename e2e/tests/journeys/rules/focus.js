// Where the keyboard is now, and whether one sees it.
const element = document.activeElement;
if (!element || element === document.body) return { words: "", tag: "", id: "", visible: true, why: "" };
const style = getComputedStyle(element);
const ring = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
const box = element.getBoundingClientRect();
const faults = [];
if (ring < 3) faults.push(`outline ${ring}px`);
if (box.width === 0 || box.height === 0) faults.push("no size");
if (box.bottom <= 0 || box.top >= innerHeight) faults.push(`outside the window: ${box.top} to ${box.bottom}`);
else {
  const x = Math.min(Math.max(box.left + Math.min(box.width / 2, 20), 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const own = top && (element.contains(top) || top.contains(element) || [...(element.labels || [])].some((label) => label.contains(top)));
  if (!own) faults.push(`covered by <${top ? top.tagName + "." + top.className : "nothing"}>`);
}
const label = element.labels && element.labels[0] ? element.labels[0].textContent : "";
const words = (label || element.getAttribute("aria-label") || element.textContent || element.name || "").trim().replace(/\s+/g, " ");
// Two stops with the same words are told apart by their place in the document.
const place = [...document.querySelectorAll("*")].indexOf(element);
return { words, tag: element.tagName.toLowerCase(), id: element.id, place, visible: faults.length === 0, why: faults.join(", ") };
