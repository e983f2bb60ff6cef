import type { Page, Route } from "playwright-core";

/** Lets a page's calls of a tool fail from now on. @returns lets them through again */
export async function failTool(page: Page, tool: string): Promise<() => Promise<void>> {
  const fail = (route: Route) => {
    const asked = route.request().postData() ?? "";
    return asked.includes(`"name":"${tool}"`) ? route.abort() : route.fallback();
  };
  await page.route("**/mcp", fail);
  return () => page.unroute("**/mcp", fail);
}
