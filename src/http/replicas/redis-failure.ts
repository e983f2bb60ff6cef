/** `host:port` of a Redis address, without credentials. */
export function redisPlace(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || "6379"}`;
}

/**
 * The reason of a Redis failure, without the password: Redis 5 repeats the arguments of an unknown
 * command in its error, and the arguments of HELLO contain the password.
 */
export function redisFailure(error: unknown, url: string): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? String(error.code) : error.name;
  const message = (error.message || code).replace(/, with args .*/s, "").replace(/\.$/, "");
  const password = decodeURIComponent(new URL(url).password);
  return password === "" ? message : message.replaceAll(password, "...");
}
