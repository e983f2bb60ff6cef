import { type SignInKind, startHeaders } from "./open-identity.ts";
import { keepStartToken } from "./start-token.ts";

/** The headers that say what the person entered. */
export function headersOf(kind: SignInKind, entered: FormData): Readonly<Record<string, string>> {
  const text = (name: string) => String(entered.get(name) ?? "");
  const token = text("token").trim();
  if (kind === "start-token") {
    keepStartToken(token);
    return startHeaders(token);
  }
  if (token !== "") return { authorization: `Bearer ${token}` };
  return { authorization: `Basic ${base64(`${text("user")}:${text("password")}`)}` };
}

/** Of the text's UTF-8 (RFC 7617, 2.1). */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
