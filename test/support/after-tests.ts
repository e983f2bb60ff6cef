import { type Dispatcher, getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { afterAll, afterEach } from "vitest";
import { stopStubs } from "../mlflow/stub.ts";
import { stopIssuers } from "./oauth-issuer.ts";
import { endShared } from "./when-done.ts";

/*
 * Setup file. Test files share the modules that a process has loaded, so a hook in such a module would
 * be the first file's alone.
 */

afterEach(async () => {
  await Promise.all([stopStubs(), stopIssuers()]);
});

/**
 * What the file shared ends while its connections do work.
 *
 * `fetch` keeps connections, and the next file's server may get the port of one that is gone. The
 * dispatcher is Node's own, since `fetch` is.
 */
afterAll(async () => {
  await endShared();
  const used = getGlobalDispatcher();
  const fresh: Dispatcher = Reflect.construct(used.constructor, []);
  setGlobalDispatcher(fresh);
  await used.destroy();
});
