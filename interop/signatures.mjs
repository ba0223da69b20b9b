// Verifies with sm-crypto what signatures.py took apart: node signatures.mjs FILE
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// Packages stand in the folder of the build, not beside this file.
const { sm2 } = createRequire(`${process.env.INTEROP_NODE}/`)("sm-crypto");
const options = { der: true, hash: true, userId: "1234567812345678" };
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const cases = JSON.parse(readFileSync(process.argv[2], "utf8"));
if (cases.length === 0) throw new Error("nothing to verify");
for (const { what, message, signature, key } of cases) {
  const holds = (hex) => sm2.doVerifySignature([...bytes(hex)], signature, key, options);
  if (!holds(message)) throw new Error(`DIFFERS: ${what}: sm-crypto refuses the signature`);
  if (holds(`${message}78`)) throw new Error(`DIFFERS: ${what}: sm-crypto accepts anything`);
}
console.log(`  ${cases.length} signatures hold for sm-crypto`);
