import type { Stub } from "./stub.ts";
import { missingModel, model, modelReply, refusal, routes, version } from "./wire-data.ts";

/** Finds models of these names as MLflow does: 3.17, or an older one that knows no list of names. */
export function serveModels(stub: Stub, names: readonly string[], { nameIn = true } = {}): void {
  const data = (name: string) => ({ latest: [version(name, 2)], aliases: { production: 1 } });
  stub.on(routes.searchModels, ({ query: { filter = "" } }) => {
    const wanted = / IN \((.*)\)/.exec(filter)?.[1]?.split(",");
    if (!nameIn) return refusal(400, "INVALID_PARAMETER_VALUE", "Invalid comparator 'IN'.");
    const found = names.filter((name) => wanted?.includes(`'${name}'`));
    return found.length === 0
      ? { json: {} }
      : { json: { registered_models: found.map((name) => model(name, data(name))) } };
  });
  stub.on(routes.getModel, ({ query: { name = "" } }) =>
    names.includes(name) ? modelReply(name, data(name)) : missingModel(name),
  );
}
