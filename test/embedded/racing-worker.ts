import { setTimeout as pause } from "node:timers/promises";
import { createEmbeddedFile } from "../../src/embedded/embedded-file.ts";
import { raceAgents } from "../support/racing-agents.ts";

/** Some of the agents that race for one prompt, as one of several processes; prints what they came to. */
const [path = "", name = "", start = "0", ...texts] = process.argv.slice(2);
const file = createEmbeddedFile({ path, samples: false });
// All are to begin at the same moment, however long each takes to come up.
await file.registry({}).getPrompt(name);
await pause(Number(start) - Date.now());
const landed = await raceAgents(() => file.registry({}), name, texts);
file.close();
process.stdout.write(JSON.stringify(landed));
