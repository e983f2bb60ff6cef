const key = "mlflow-prompts-token";

/**
 * The token in the address that the server printed. It is taken out of the address, so that nobody copies
 * it with a link, and stays for a reload of this tab.
 */
export function takeStartToken(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token === null) return sessionStorage.getItem(key) ?? undefined;
  keepStartToken(token);
  history.replaceState(null, "", `${location.pathname}${location.search}`);
  return token;
}

export function keepStartToken(token: string): void {
  sessionStorage.setItem(key, token);
}
