// nlp.js (npm node-nlp) on simulated islands: node nlp.js ISLANDS.json ANSWERS.json, run where node-nlp is installed.
// Its own settings throughout: English, NLU only, its threshold for "None" left as shipped.

const fs = require("node:fs");
const { createRequire } = require("node:module");
const { NlpManager } = createRequire(process.cwd() + "/")("node-nlp");

async function judge(island) {
  const manager = new NlpManager({ languages: ["en"], autoSave: false, nlu: { log: false }, ner: { builtins: [] } });
  for (const [label, texts] of Object.entries(island.examples)) {
    for (const text of texts) manager.addDocument("en", text, label);
  }
  const began = process.hrtime.bigint();
  await manager.train();
  const trained = process.hrtime.bigint();
  const answers = [];
  for (const text of island.questions) {
    const found = await manager.process("en", text);
    // `classifications` ranks the intents even where the manager itself would answer "None".
    const best = found.classifications.find((one) => one.intent !== "None");
    answers.push(best ? [best.intent, best.score] : ["", 0]);
  }
  const asked = process.hrtime.bigint();
  return { answers, train_s: Number(trained - began) / 1e9, ask_s: Number(asked - trained) / 1e9 };
}

async function main() {
  const found = [];
  for (const island of JSON.parse(fs.readFileSync(process.argv[2], "utf8"))) {
    found.push(await judge(island));
    process.stderr.write(`\rnlp.js: ${found.length} islands`);
  }
  process.stderr.write("\n");
  fs.writeFileSync(process.argv[3], JSON.stringify(found));
}

main();
