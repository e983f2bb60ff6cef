import {
  getOAuthProtectedResourceMetadataUrl,
  type OAuthProtectedResourceMetadata,
} from "@modelcontextprotocol/server";
import type { OAuthConfig } from "../../../config/http-config.ts";
import { scopes } from "../identity.ts";

const wellKnown = "/.well-known/oauth-protected-resource";

/**
 * The resource identifier of the MCP endpoint or of one workspace below it. It is the URL that
 * clients call: they must not use metadata of another resource (RFC 9728 section 3.3).
 */
export function workspaceResource(resource: string, workspace: string | undefined): string {
  return workspace ? `${resource}/${encodeURIComponent(workspace)}` : resource;
}

/** The URL of a resource's metadata, for `resource_metadata` of a challenge (RFC 9728 section 5.1). */
export function metadataUrl(resource: string): string {
  return getOAuthProtectedResourceMetadataUrl(new URL(resource));
}

/**
 * The authorization server that issues tokens for a resource, and the scopes they may have (RFC 9728
 * section 2).
 */
export function protectedResourceMetadata(
  config: OAuthConfig,
  resource: string,
): OAuthProtectedResourceMetadata {
  return {
    resource,
    authorization_servers: [config.issuerName],
    scopes_supported: [...scopes],
    bearer_methods_supported: ["header"],
    resource_name: "MLflow prompts",
  };
}

/**
 * The paths of the MCP endpoint's metadata: the one for its own path, and the root, which clients
 * try next (MCP 2026-07-28, Protected Resource Metadata Discovery Requirements).
 */
export function metadataPaths(resource: string): readonly [string, string] {
  return [new URL(metadataUrl(resource)).pathname, wellKnown];
}

/**
 * The metadata at a path: that of the endpoint at its two paths, that of a workspace one segment
 * below the first. Undefined for any other path. The metadata does not reveal whether the workspace
 * exists.
 */
export function metadataAt(
  config: OAuthConfig,
  resource: string,
  path: string,
): OAuthProtectedResourceMetadata | undefined {
  const paths = metadataPaths(resource);
  if (paths.includes(path)) return protectedResourceMetadata(config, resource);
  const [own] = paths;
  const segment = path.startsWith(`${own}/`) ? path.slice(own.length + 1) : "";
  if (!/^[^/]+$/.test(segment)) return undefined;
  return protectedResourceMetadata(config, `${resource}/${segment}`);
}
