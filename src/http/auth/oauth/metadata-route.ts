import type { HttpConfig } from "../../../config/http-config.ts";
import type { Route } from "../../app.ts";
import { documentRoute } from "../../operations/operations.ts";
import { metadataAt } from "./resource-metadata.ts";

/** The protected resource metadata (RFC 9728); undefined for every other path. */
export function metadataRoute(
  { auth }: HttpConfig,
  resource: string,
  path: string,
): Route | undefined {
  const document = auth.mode === "oauth" ? metadataAt(auth, resource, path) : undefined;
  return document && documentRoute(document);
}
