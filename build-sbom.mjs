import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

/**
 * Writes the software bill of materials in CycloneDX 1.6: each package that is bundled, and those that an
 * installation brings. The same packages make the same file: it has no time and no random number.
 */
export function writeSbom(outfile, { bundled, installed }) {
  const own = packageAt(".");
  const components = [
    ...bundled.map((folder) => component(packageAt(folder), "bundled")),
    ...installed.map((folder) => component(packageAt(folder), "installed")),
  ].sort((a, b) => (a.purl < b.purl ? -1 : 1));
  const hash = createHash("sha256")
    .update(JSON.stringify([own.version, components]))
    .digest("hex");
  const uuid = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `5${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ];
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuid.join("-")}`,
    version: 1,
    metadata: { component: { ...component(own), type: "application" } },
    components,
  };
  writeFileSync(outfile, `${JSON.stringify(document, null, 2)}\n`);
}

function packageAt(folder) {
  return JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
}

function component({ name, version, license, description }, how) {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    ...(description ? { description } : {}),
    ...(license ? { licenses: [{ expression: license }] } : {}),
    purl,
    ...(how ? { properties: [{ name: "mlflow-prompts-mcp:how", value: how }] } : {}),
  };
}
