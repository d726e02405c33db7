// Runs the modules in the directory given over the cases that a test sends on stdin, and answers with each case's steps.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { prove } = await import(pathToFileURL(`${process.argv[2]}/verify.mjs`).href);
const { shown } = await import(pathToFileURL(`${process.argv[2]}/figures.mjs`).href);
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const { cases = [], values = [] } = JSON.parse(readFileSync(0, "utf8"));
console.error = () => {};

const answers = [];
for (const each of cases) {
  const proved = await prove({
    ...each,
    body: bytes(each.body),
    leaf: bytes(each.leaf),
    proof: each.proof === null ? null : bytes(each.proof),
    checkpoint: bytes(each.checkpoint),
    vkey: bytes(each.vkey),
    files: new Map(Object.entries(each.files).map(([name, body]) => [name, bytes(body)])),
    memory: each.memory === "first" ? undefined : each.memory,
    paper: each.paper && { ...each.paper, size: BigInt(each.paper.size), root: new Uint8Array(Buffer.from(each.paper.root, "hex")) },
    consistency: async (old, size) => {
      const path = each.consistency[`${old}-${size}`];
      if (path === undefined) throw new Error("404");
      return path;
    },
  });
  answers.push({
    good: proved.good,
    verdict: proved.verdict,
    steps: Object.fromEntries(proved.steps.map(({ id, verdict, code }) => [id, [verdict, code]])),
  });
}
process.stdout.write(JSON.stringify({ cases: answers, values: values.map(([value, as]) => shown(value, as) ?? null) }));
