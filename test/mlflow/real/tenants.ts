import { expect } from "vitest";
import type { Answered } from "../../support/http-service.ts";
import { MlflowAdmin, type MlflowUser, user } from "../../support/mlflow-users.ts";
import { everythingIn, plantPrompt } from "../../support/planted-prompts.ts";
import {
  type Era,
  listings,
  listingTool,
  type McpRequest,
  openRequests,
  otherTools,
  quietTools,
  readingTools,
  requestsFor,
  silentRequestsFor,
  writingTools,
} from "../../support/surfaces.ts";
import { suiteServer } from "./suite-server.ts";

/** A workspace, whose it is, and what is in everything that the owner has stored there. */
export interface Tenant {
  readonly workspace: string;
  readonly owner: MlflowUser;
  readonly marker: string;
}

export const red: Tenant = { workspace: "red", owner: user("ann"), marker: "crimson-41f7" };
export const blue: Tenant = { workspace: "blue", owner: user("bob"), marker: "azure-9d02" };
export const pairs = [
  { tenant: red, other: blue },
  { tenant: blue, other: red },
];

/** The name of a prompt in each, with other contents. */
export const greeting = "greeting";

/** Another user of red: of his prompts one may be read by ann, one is denied to her. */
export const carl = user("carl");
export const shared = { workspace: "red", name: "shared", marker: "vermilion-77aa" };
export const diary = { workspace: "red", name: "diary", marker: "scarlet-c3c3" };
export const notes = { workspace: "red", name: "notes", marker: "ruby-5e5e" };

/** Has no part in red and may read the shared prompt. */
export const dora = user("dora");

const administrator = { username: "admin", password: "an administrator's password" };

export interface TenancyServer {
  readonly admin: MlflowAdmin;
  /** What is in a workspace, as an administrator sees it. */
  contents(workspace: string): ReturnType<typeof everythingIn>;
  /** Settings of a service that forwards its callers' credentials there. */
  readonly forwarding: Readonly<Record<string, string>>;
}

/** An MLflow of both tenants, in a suite. */
export function tenancyServer(): TenancyServer {
  const auth = { ...administrator, defaultPermission: "NO_PERMISSIONS" } as const;
  const server = suiteServer({ release: "3.17.2", workspaces: true, auth }, prepare);
  const registryOf = (workspace: string, owner: MlflowUser) =>
    server.client.registry({ workspace, credential: { kind: "basic", ...owner } });

  async function prepare(url: string): Promise<void> {
    const admin = new MlflowAdmin(url, administrator);
    for (const one of [red.owner, blue.owner, carl, dora]) await admin.createUser(one);
    for (const { workspace, owner, marker } of [red, blue]) {
      await admin.createWorkspace(workspace);
      await admin.join(owner, workspace);
      await plantPrompt(registryOf(workspace, owner), greeting, marker);
      await plantPrompt(registryOf(workspace, owner), `only-${marker}`, marker);
    }
    await admin.join(carl, "red");
    for (const { name, marker } of [shared, diary, notes]) {
      await plantPrompt(registryOf("red", carl), name, marker);
    }
    await admin.grant(red.owner, shared, "READ");
    await admin.grant(red.owner, diary, "DENY");
    await admin.grant(dora, shared, "READ");
  }

  return {
    get admin() {
      return new MlflowAdmin(server.url, administrator);
    },
    contents: (workspace) => everythingIn(registryOf(workspace, administrator)),
    get forwarding() {
      return {
        MLFLOW_TRACKING_URI: server.url,
        MLFLOW_PROMPTS_AUTH: "forward",
        // What is asked here is what MLflow permits, and not what callers of an alias depend on.
        MLFLOW_PROMPTS_PROTECTED_ALIASES: "nobody-depends-on-it",
      };
    },
  };
}

export type Caller = (request: McpRequest) => Promise<Answered>;

/** Somebody who asks in the era, within one session where it has any. */
export async function callerOf(
  era: Era,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<Caller> {
  const opened = await era.open(url, headers);
  return (request) => era.ask(url, request, { ...headers, ...opened });
}

/** Everything that a caller who is let in has to ask. */
export function everything(era: Era): Readonly<Record<string, McpRequest>> {
  return {
    ...listings,
    ...listingTool,
    ...requestsFor(greeting),
    ...silentRequestsFor(greeting, era),
    ...readingTools(greeting),
    ...quietTools(greeting),
    ...writingTools(greeting),
    ...otherTools,
    ...openRequests,
  };
}

/** Expects a result that is no tool's error. */
export function expectAnswer({ status, text, message }: Answered, what: string): void {
  expect({ status, error: message?.error }, what).toEqual({ status: 200, error: undefined });
  expect(text, what).not.toContain('"isError":true');
}

/** Expects a tool's result that says what MLflow does not permit. */
export function expectRefusedByTool({ status, message }: Answered, what: string): void {
  expect(status, what).toBe(200);
  expect(message?.result, what).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining("Permission denied") }],
  });
}

export function expectNothingOf(
  markers: readonly string[],
  { text, headers }: Answered,
  what: string,
): void {
  const said = `${text}\n${JSON.stringify([...headers])}`;
  for (const marker of markers) expect(said, what).not.toContain(marker);
}
