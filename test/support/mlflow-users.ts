import * as z from "zod";

export interface MlflowUser {
  readonly username: string;
  readonly password: string;
}

/** A user whose password nobody would guess from another's. */
export function user(username: string): MlflowUser {
  return { username, password: `${username} knows it` };
}

/** What the user's requests carry. */
export function headersOf({ username, password }: MlflowUser) {
  const pair = Buffer.from(`${username}:${password}`).toString("base64");
  return { authorization: `Basic ${pair}` } as const;
}

const roles = z.object({ roles: z.array(z.object({ id: z.int(), name: z.string() })) });

/**
 * An administrator of an MLflow server with basic auth and workspaces (3.17). A user is in a
 * workspace by a role there: each workspace comes with "user" and "admin".
 */
export class MlflowAdmin {
  readonly #url: string;
  readonly #admin: MlflowUser;

  constructor(url: string, admin: MlflowUser) {
    this.#url = url;
    this.#admin = admin;
  }

  async createWorkspace(name: string): Promise<void> {
    await this.#ask("POST", "/api/3.0/mlflow/workspaces", { name });
  }

  async createUser({ username, password }: MlflowUser): Promise<void> {
    await this.#ask("POST", "/api/2.0/mlflow/users/create", { username, password });
  }

  async deleteUser({ username }: MlflowUser): Promise<void> {
    await this.#ask("DELETE", "/api/2.0/mlflow/users/delete", { username });
  }

  async changePassword({ username }: MlflowUser, password: string): Promise<void> {
    await this.#ask("PATCH", "/api/2.0/mlflow/users/update-password", { username, password });
  }

  /** Lets the user list and create in the workspace, and do everything with what it creates. */
  async join({ username }: MlflowUser, workspace: string): Promise<void> {
    const role_id = await this.#roleOfUsers(workspace);
    await this.#ask("POST", "/api/3.0/mlflow/roles/assign", { username, role_id });
  }

  async leave({ username }: MlflowUser, workspace: string): Promise<void> {
    const role_id = await this.#roleOfUsers(workspace);
    await this.#ask("DELETE", "/api/3.0/mlflow/roles/unassign", { username, role_id });
  }

  /** @param permission DENY hides a prompt that the workspace's users see listed otherwise */
  async grant(
    { username }: MlflowUser,
    prompt: { readonly workspace: string; readonly name: string },
    permission: "READ" | "EDIT" | "MANAGE" | "DENY",
  ): Promise<void> {
    const grant = { username, resource_type: "prompt", resource_id: prompt.name, permission };
    await this.#ask("POST", "/api/3.0/mlflow/users/permissions/grant", grant, prompt.workspace);
  }

  async revoke(
    { username }: MlflowUser,
    prompt: { readonly workspace: string; readonly name: string },
  ): Promise<void> {
    const grant = { username, resource_type: "prompt", resource_id: prompt.name };
    await this.#ask("POST", "/api/3.0/mlflow/users/permissions/revoke", grant, prompt.workspace);
  }

  async #roleOfUsers(workspace: string): Promise<number> {
    const found = await this.#ask("GET", `/api/3.0/mlflow/roles/list?workspace=${workspace}`);
    const role = roles.parse(found).roles.find(({ name }) => name === "user");
    if (role === undefined) throw new Error(`The workspace ${workspace} has no role for users.`);
    return role.id;
  }

  async #ask(method: string, path: string, body?: object, workspace?: string): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...headersOf(this.#admin),
        ...(workspace === undefined ? {} : { "x-mlflow-workspace": workspace }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }
}
