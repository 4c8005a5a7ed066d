// Reads {root, cache, url, targets}: the path of a trusted root, a folder, a repository's URL and targets' paths. Prints,
// by target, {content} in base64, {missing: true}, or {error} as tuf-js refuses it.
const fs = require("node:fs");
const path = require("node:path");
const { Updater } = require("tuf-js");

async function read(updater, target) {
  try {
    const found = await updater.getTargetInfo(target);
    if (!found) return { missing: true };
    return { content: fs.readFileSync(await updater.downloadTarget(found)).toString("base64") };
  } catch (error) {
    return { error: `${error.constructor.name}: ${error.message}` };
  }
}

async function main() {
  let text = "";
  for await (const part of process.stdin) text += part;
  const { root, cache, url, targets } = JSON.parse(text);
  const metadataDir = path.join(cache, "metadata");
  const targetDir = path.join(cache, "targets");
  for (const folder of [metadataDir, targetDir]) fs.mkdirSync(folder, { recursive: true });
  if (!fs.existsSync(path.join(metadataDir, "root.json"))) fs.copyFileSync(root, path.join(metadataDir, "root.json"));
  const updater = new Updater({
    metadataDir,
    metadataBaseUrl: `${url}/metadata`,
    targetDir,
    targetBaseUrl: `${url}/targets`,
    config: { fetchRetries: 0 },
  });
  const found = {};
  for (const target of targets) found[target] = await read(updater, target);
  process.stdout.write(JSON.stringify(found));
}

main();
