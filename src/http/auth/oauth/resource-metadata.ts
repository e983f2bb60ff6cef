import {
  getOAuthProtectedResourceMetadataUrl,
  type OAuthProtectedResourceMetadata,
} from "@modelcontextprotocol/server";
import type { OAuthConfig } from "../../../config/http-config.ts";
import { scopes } from "../identity.ts";

const wellKnown = "/.well-known/oauth-protected-resource";

/**
 * The resource identifier of the MCP endpoint or of one workspace below it: the URL that clients
 * call, since they must not use metadata about any other (RFC 9728 section 3.3).
 */
export function workspaceResource(resource: string, workspace: string | undefined): string {
  return workspace ? `${resource}/${encodeURIComponent(workspace)}` : resource;
}

/** Where a resource's metadata is, for a challenge's `resource_metadata` (RFC 9728 section 5.1). */
export function metadataUrl(resource: string): string {
  return getOAuthProtectedResourceMetadataUrl(new URL(resource));
}

/**
 * Which authorization server issues tokens for a resource, and which scopes they may have (RFC 9728
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
 * The paths at which the metadata of the MCP endpoint is served: of its own path, and the root,
 * where clients look next (MCP 2026-07-28, Protected Resource Metadata Discovery Requirements).
 */
export function metadataPaths(resource: string): readonly [string, string] {
  return [new URL(metadataUrl(resource)).pathname, wellKnown];
}

/**
 * The metadata that is served at a path: at the endpoint's two paths the endpoint's, one segment
 * below the first a workspace's; anywhere else nothing. Whether there is such a workspace is not
 * said.
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
