import { createEmbeddedFile } from "../../src/embedded/embedded-file.ts";

/** Registers versions of one prompt, as one of several processes; prints their numbers. */
const [path = "", count = "0"] = process.argv.slice(2);
const file = createEmbeddedFile({ path, samples: true });
const numbers: number[] = [];
for (let index = 0; index < Number(count); index += 1) {
  const { version } = await file.registry({}).registerVersion("shared", {
    template: { kind: "text", text: `Wording ${process.pid}.${index}` },
  });
  numbers.push(version.version);
}
file.close();
process.stdout.write(numbers.join(" "));
