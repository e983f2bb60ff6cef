import { type Dispatcher, getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { afterAll } from "vitest";

/**
 * `fetch` keeps connections, and the next file's server may get the port of one that is gone. The
 * dispatcher is Node's own, since `fetch` is.
 */
afterAll(async () => {
  const used = getGlobalDispatcher();
  const fresh: Dispatcher = Reflect.construct(used.constructor, []);
  setGlobalDispatcher(fresh);
  await used.destroy();
});
