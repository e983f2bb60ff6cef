import type { HttpCall } from "../http/http-call.ts";

/**
 * The advice in error messages. A caller with its own Authorization header is remote and cannot
 * change the settings of this server, so the advice names the operator.
 */

/** Advice about a setting, for use within a sentence. `todo` is an imperative: "check MLFLOW_...". */
export function settingTodo(call: HttpCall, todo: string): string {
  return hasCallersOwn(call) ? `ask the operator of this server to ${todo}` : todo;
}

/** The same advice as a full sentence. */
export function settingAdvice(call: HttpCall, todo: string): string {
  const text = settingTodo(call, todo);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Advice when a web page came instead of a response of MLflow's API. */
export function signInAdvice(call: HttpCall): string {
  const address = "set MLFLOW_TRACKING_URI to the address of MLflow itself";
  if (hasCallersOwn(call)) {
    return `Check the Authorization header you send. If it is correct, ${settingTodo(call, address)}.`;
  }
  return settingAdvice(call, `${address}, or sign in with MLFLOW_TRACKING_TOKEN`);
}

/** Advice when the credential is missing or not accepted. */
export function credentialAdvice(call: HttpCall): string {
  switch (call.authorization?.kind) {
    case undefined:
      return "Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.";
    case "basic":
      return "Check the user name and password.";
    case "bearer":
      return "Check the token.";
    case "header":
      return "Check the Authorization header you send: its scheme, and that the credential is correct and has not expired.";
  }
}

function hasCallersOwn(call: HttpCall): boolean {
  return call.authorization?.kind === "header";
}
