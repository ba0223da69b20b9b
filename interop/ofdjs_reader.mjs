// Opens and draws every file with ofd.js in Chromium (the reader needs a browser: it waits for pictures to load),
// and compares with our text of it: node ofdjs_reader.mjs FOLDER OUT
// Pictures of the first pages go to OUT; our text of name.ofd is OUT/name.txt, the counts from its XML OUT/name.json.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, out] = process.argv.slice(2);
const reader = join(process.env.INTEROP_NODE, "node_modules/ofd.js/lib/ofd.umd.min.js");
const letters = (text) => text.replace(/\s+/g, "");

// Runs in the page. What was found stands as JSON in an element of its own.
function inPage(base64) {
  const say = (found) => {
    const element = document.createElement("script");
    element.type = "application/json";
    element.id = "found";
    element.textContent = JSON.stringify(found);
    document.body.append(element);
  };
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  window.ofd.parseOfdDocument({
    ofd: bytes.buffer,
    fail: (error) => say({ failed: String(error) }),
    success: async (documents) => {
      try {
        const pages = window.ofd.renderOfd(800, documents[0]);
        document.body.append(...pages);
        const pictures = [...document.querySelectorAll("image")].map((image) => image.decode().then(() => true, () => false));
        const seals = [...document.querySelectorAll("[data-signed-info]")].map((seal) => {
          const signed = JSON.parse(seal.dataset.signedInfo);
          return { id: signed.signatureID, holds: signed.VerifyRet };
        });
        const digests = [...window.toBeChecked.keys()].map((id) => window.ofd.digestCheck(window.toBeChecked.get(id)));
        say({
          documents: documents.length,
          pages: pages.map((page) => page.textContent),
          pictures: await Promise.all(pictures),
          seals,
          digests,
        });
      } catch (error) {
        say({ failed: error.stack });
      }
    },
  });
}

function chromium(room, page, ...more) {
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--hide-scrollbars"];
  flags.push(`--user-data-dir=${room}/profile`, "--virtual-time-budget=20000", "--window-size=820,2400", ...more);
  return execFileSync("chromium", [...flags, pathToFileURL(page).href], { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] });
}

function read(room, path) {
  const page = join(room, "page.html");
  const data = readFileSync(path).toString("base64");
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><body style="margin:0"><script src="${pathToFileURL(reader).href}"></script>` +
      `<script>(${inPage})("${data}")</script>`,
  );
  const dom = chromium(room, page, "--dump-dom");
  const found = dom.match(/<script type="application\/json" id="found">(.*?)<\/script>/s);
  if (!found) throw new Error("ofd.js does not come to an end");
  chromium(room, page, `--screenshot=${join(out, `${basename(path, ".ofd")}-ofdjs.png`)}`);
  return JSON.parse(found[1]);
}

function compare(name, found, ours, facts) {
  const differs = (what) => {
    throw new Error(`DIFFERS: ${name}: ${what}`);
  };
  if (found.failed) differs(`ofd.js fails: ${found.failed}`);
  const text = letters(found.pages.join(""));
  const pieces = ours.split(/\s+/).filter((word) => !text.includes(word));
  const left = new Map();
  for (const letter of text) left.set(letter, (left.get(letter) ?? 0) + 1);
  for (const letter of letters(pieces.join(""))) {
    if (!left.get(letter)) differs(`ofd.js does not read ${letter} of ${pieces.join(" ")}`);
    left.set(letter, left.get(letter) - 1);
  }
  const same = (what, theirs, file) => theirs === file || differs(`ofd.js sees ${theirs} ${what} of ${file}`);
  same("pages", found.pages.length, facts.pages);
  same("pictures", found.pictures.length, facts.pictures + facts.stamps);
  same("stamps", found.seals.length, facts.stamps);
  // It keeps the digests of one signature at a time: those of the last are there to be asked about.
  same("signatures with digests", found.digests.length, Math.min(facts.signatures, 1));
  if (found.pictures.includes(false)) differs("a picture is broken");
  for (const seal of found.seals) if (seal.holds !== true) differs(`ofd.js says ${seal.holds} of signature ${seal.id}`);
  if (found.digests.includes(false)) differs(`digests: ${found.digests}`);
  const whole = ours.split(/\s+/).length - pieces.length;
  const seals = `${facts.stamps} stamps of ${facts.signatures} signatures that hold, and the digests of the last`;
  console.log(`  ${name}: ${facts.pages} pages, ${whole} words whole, ${pieces.length} in pieces, ${facts.pictures} pictures, ${seals}`);
}

const room = mkdtempSync(join(tmpdir(), "yiwang-interop-"));
try {
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".ofd")).sort();
  if (files.length === 0) throw new Error(`no .ofd file in ${folder}`);
  for (const name of files) {
    const ours = readFileSync(join(out, `${basename(name, ".ofd")}.txt`), "utf8").trim();
    const facts = JSON.parse(readFileSync(join(out, `${basename(name, ".ofd")}.json`), "utf8"));
    compare(name, read(room, join(folder, name)), ours, facts);
  }
} finally {
  rmSync(room, { recursive: true, force: true });
}
