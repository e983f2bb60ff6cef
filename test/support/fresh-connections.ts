import { Agent, getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { afterAll } from "vitest";

/** `fetch` keeps connections, and the next file's server may get the port of one that is gone. */
afterAll(async () => {
  const used = getGlobalDispatcher();
  setGlobalDispatcher(new Agent());
  await used.destroy();
});
