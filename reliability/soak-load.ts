import { setTimeout as pause } from "node:timers/promises";
import { oneOf } from "../test/support/random.ts";
import { registerNext } from "../test/support/register-next.ts";
import { callOverHttp, requestOverHttp } from "./program.ts";
import { type Ledger, pointer, type Registered, sending } from "./soak-ledger.ts";

export const promptNames = Array.from({ length: 12 }, (_, index) => `soak-${index}`);

export interface Load {
  readonly ledger: Ledger;
  readonly random: () => number;
  /** The address of any of the replicas that are up. */
  readonly url: () => string;
  readonly stopped: AbortSignal;
  /** Called with a response that must never occur. */
  readonly wrong: (problem: string) => void;
}

/** One of several callers, each with an alias, a tag and versions of its own. */
export async function runWorker(load: Load, number: number): Promise<void> {
  const worker = { ...load, own: `worker-${number}`, mine: [], count: 0 };
  while (!load.stopped.aborted) {
    const act = actOf(load.random());
    try {
      load.ledger.count(`${act.name}: ${(await act(worker)) ? "ok" : "refused"}`);
    } catch {
      load.ledger.count(`${act.name}: no answer`);
    }
    await pause(100 + load.random() * 200);
  }
}

interface Worker extends Load {
  readonly own: string;
  readonly mine: Registered[];
  count: number;
}

type Act = (worker: Worker) => Promise<boolean>;

function actOf(dice: number): Act {
  if (dice < 0.5) return get;
  if (dice < 0.58) return list;
  if (dice < 0.65) return read;
  if (dice < 0.82) return register;
  if (dice < 0.91) return move;
  if (dice < 0.96) return tag;
  return remove;
}

async function get({ ledger, random, url, wrong }: Worker): Promise<boolean> {
  const name = oneOf(promptNames, random);
  const response = await requestOverHttp(url(), "prompts/get", { name });
  const answer = await response.text();
  const text = /"text":"([^"]*)"/.exec(answer)?.[1];
  if (response.status !== 200 || text === undefined) return false;
  if (ledger.sent.get(text) !== name) wrong(`a get of ${name} was answered with ${text}`);
  return true;
}

async function list({ url }: Worker): Promise<boolean> {
  const response = await requestOverHttp(url(), "prompts/list", {});
  return (await response.text()).includes('"prompts"') && response.ok;
}

async function read({ random, url }: Worker): Promise<boolean> {
  const uri = `prompts:/${oneOf(promptNames, random)}`;
  const response = await requestOverHttp(url(), "resources/read", { uri });
  return (await response.text()).includes('"contents"') && response.ok;
}

async function register(worker: Worker): Promise<boolean> {
  const { ledger, random, url, own, mine } = worker;
  const name = oneOf(promptNames, random);
  const text = `${name} by ${own}, ${++worker.count}`;
  ledger.sent.set(text, name);
  const { ok, structured } = await registerNext(
    (args) => callOverHttp(url(), "register_prompt", args),
    { name, template: text },
  );
  if (!ok) return false;
  const one: Registered = { name, version: Number(structured.version), text, deleted: "no" };
  ledger.registered.push(one);
  ledger.acknowledged.registered += 1;
  mine.push(one);
  return true;
}

/** Every other version may be an alias' target, the others may be deleted. */
async function move({ ledger, random, url, own, mine }: Worker): Promise<boolean> {
  const one = mine.filter((_, index) => index % 2 === 0).at(Math.floor(random() * -5));
  if (one === undefined) return true;
  const { name, version } = one;
  const acknowledged = sending(pointer(ledger.aliases, name, own), String(version));
  const args = { name, alias: own, version };
  const { ok } = await callOverHttp(url(), "set_prompt_alias", args);
  if (ok) acknowledged();
  if (ok) ledger.acknowledged.moved += 1;
  return ok;
}

async function tag(worker: Worker): Promise<boolean> {
  const { ledger, random, url, own } = worker;
  const name = oneOf(promptNames, random);
  const value = String(++worker.count);
  const acknowledged = sending(pointer(ledger.tags, name, own), value);
  const { ok } = await callOverHttp(url(), "update_prompt", { name, tags: { [own]: value } });
  if (ok) acknowledged();
  if (ok) ledger.acknowledged.tagged += 1;
  return ok;
}

async function remove({ ledger, url, mine }: Worker): Promise<boolean> {
  const one = mine.find(({ deleted }, index) => index % 2 === 1 && deleted === "no");
  if (one === undefined) return true;
  one.deleted = "unknown";
  const { name, version } = one;
  const args = { name, version, confirm: name };
  const { ok, structured } = await callOverHttp(url(), "delete_prompt_version", args);
  if (!ok) return false;
  one.deleted = structured.deleted === true ? "yes" : "unknown";
  ledger.acknowledged.deleted += 1;
  return true;
}

/** Listens for changes, listens again when the stream ends, and counts the notifications. */
export async function runListener({ ledger, random, url, stopped }: Load): Promise<void> {
  while (!stopped.aborted) {
    try {
      const notifications = {
        promptsListChanged: true,
        resourceSubscriptions: [`prompts:/${oneOf(promptNames, random)}`],
      };
      const params = { notifications };
      const response = await requestOverHttp(url(), "subscriptions/listen", params, stopped);
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        const heard = decoder.decode(chunk, { stream: true }).match(/"notifications\//g) ?? [];
        for (const _ of heard) ledger.count("notifications heard");
      }
      ledger.count("streams ended");
    } catch {
      ledger.count("streams broken");
    }
    await pause(300);
  }
}
