import type { IncomingMessage } from "node:http";
import type { HttpConfig } from "../../config/http-config.ts";
import { once } from "../../registry/concurrency/once.ts";
import { readViewPage, type ViewPage } from "../../server/view-page.ts";
import type { Route } from "../app.ts";
import { HttpRefusal } from "../refusal.ts";
import type { PageConfig } from "./page-config.ts";
import { StoredText } from "./stored-text.ts";

/** The path of the page. Everything below it is the same page, which reads its own address. */
export const pagePath = "/ui";
const configPath = "/ui/config.json";
const textsPath = /^\/ui\/texts\/([\w-]{1,20})\.json$/;

/** What every answer says: browsers keep it for this origin, and ask each time whether it changed. */
const safe = {
  "cache-control": "no-cache",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** Whether a path belongs to the page. */
export function isPagePath(path: string): boolean {
  return path === pagePath || path.startsWith(`${pagePath}/`);
}

/**
 * Serves the view for browsers, with headers that keep everything else out of it. It is public and the
 * same for everybody: all data comes through `/mcp`, with its checks.
 * @param checkHost throws HttpRefusal 403 for a Host that is not this server's
 * @returns undefined when the server has no page
 */
export function createPageRoute(
  { servesPage }: HttpConfig,
  configOf: () => Promise<PageConfig>,
  checkHost: (request: IncomingMessage) => void,
): Route | undefined {
  if (!servesPage) return undefined;
  const readFiles = once(async () => filesOf(await readViewPage()));
  return async (request, response, { pathname }) => {
    checkHost(request);
    if (request.method !== "GET" && request.method !== "HEAD") {
      throw new HttpRefusal(405, "The page supports GET only.", { allow: "GET, HEAD" });
    }
    if (pathname === configPath) {
      const type = { "content-type": "application/json" };
      response.writeHead(200, { ...safe, ...type }).end(JSON.stringify(await configOf()));
      return;
    }
    const { page, html, texts } = await readFiles();
    const [, language] = textsPath.exec(pathname) ?? [];
    if (language !== undefined) {
      const found = texts.get(language);
      if (found) return found.send(request, response, safe);
      throw new HttpRefusal(404, `The page has no texts in "${language}".`);
    }
    // The page says why nobody can sign in.
    const config = await configOf().catch(() => undefined);
    return html.send(request, response, { ...safe, ...policyOf(page, config) });
  };
}

function filesOf(page: ViewPage) {
  const texts = Object.entries(page.texts).map(
    ([language, text]) => [language, new StoredText("application/json", text)] as const,
  );
  return {
    page,
    html: new StoredText("text/html; charset=utf-8", page.html),
    texts: new Map(texts),
  };
}

function policyOf(
  { scriptHash, styleHash }: ViewPage,
  config: PageConfig | undefined,
): Record<string, string> {
  const policy = [
    "default-src 'none'",
    `script-src '${scriptHash}'`,
    `style-src '${styleHash}'`,
    ["connect-src 'self'", ...tokenOrigin(config)].join(" "),
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ];
  return { "content-security-policy": policy.join("; ") };
}

/** The issuer's address that the page exchanges its code at. */
function tokenOrigin(config: PageConfig | undefined): readonly string[] {
  if (config?.auth !== "oauth" || config.client === undefined) return [];
  return [new URL(config.client.tokenEndpoint).origin];
}
