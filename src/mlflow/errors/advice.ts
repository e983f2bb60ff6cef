import type { HttpCall } from "../http/http-call.ts";

/**
 * What a message asks of its reader. Who signs in with an Authorization header of its own calls
 * from elsewhere: the settings of this server are not that caller's to change.
 */

/** What to do about a setting, within a sentence. `todo` is an imperative: "check MLFLOW_...". */
export function settingTodo(call: HttpCall, todo: string): string {
  return hasCallersOwn(call) ? `ask whoever runs this server to ${todo}` : todo;
}

/** The same as a sentence of its own. */
export function settingAdvice(call: HttpCall, todo: string): string {
  const text = settingTodo(call, todo);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** What to do about a page where MLflow's API was expected. */
export function signInAdvice(call: HttpCall): string {
  const address = "set MLFLOW_TRACKING_URI to the address of MLflow itself";
  if (hasCallersOwn(call)) {
    return `Check the Authorization header you send. If it is right, ${settingTodo(call, address)}.`;
  }
  return settingAdvice(call, `${address}, or sign in with MLFLOW_TRACKING_TOKEN`);
}

/** What to do about a credential that is not accepted, or about none. */
export function credentialAdvice(call: HttpCall): string {
  switch (call.authorization?.kind) {
    case undefined:
      return "Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.";
    case "basic":
      return "Check the user name and password.";
    case "bearer":
      return "Check the token.";
    case "header":
      return "Check the Authorization header you send: its scheme, and that the credential is right and has not expired.";
  }
}

function hasCallersOwn(call: HttpCall): boolean {
  return call.authorization?.kind === "header";
}
