import { effect, signal } from "@preact/signals";
import { focusHeading } from "./focus-heading.ts";
import { formatRoute, parseRoute, type Route } from "./route.ts";

/** Where the page lives in a browser. */
const base = "/ui";

/** What is shown now. */
export const route = signal<Route>({ page: "list", filters: {} });

/** Asked before leaving a page, which may hold unsaved work. */
let mayLeave: () => Promise<boolean> = async () => true;

/** @returns a function that takes the guard away */
export function guardLeaving(guard: () => Promise<boolean>): () => void {
  mayLeave = guard;
  return () => {
    mayLeave = async () => true;
  };
}

/** Shows a route. In a browser it becomes the page's address. */
export async function navigate(next: Route): Promise<void> {
  if (!(await mayLeave())) return;
  show(next);
  if (followsAddress) history.pushState(null, "", addressOf(next));
}

/** As `navigate`, in place of the route that is shown: the history gets no entry. */
export function replaceRoute(next: Route): void {
  show(next);
  if (followsAddress) history.replaceState(null, "", addressOf(next));
}

/** The address of a route, for links. The workspace stays. */
export function addressOf(next: Route): string {
  const path = `${base}${formatRoute(next)}`;
  const workspace = workspaceInAddress();
  if (workspace === undefined) return path;
  return `${path}${path.includes("?") ? "&" : "?"}workspace=${encodeURIComponent(workspace)}`;
}

/** The workspace that the address names; a browser's page serves one at a time. */
export function workspaceInAddress(): string | undefined {
  return new URLSearchParams(location.search).get("workspace") ?? undefined;
}

let followsAddress = false;

/** Follows the browser's address, forwards and backwards. */
export function followAddress(): void {
  followsAddress = true;
  const read = () => {
    const { pathname, search } = location;
    const query = new URLSearchParams(search);
    query.delete("workspace");
    const path = pathname.startsWith(base) ? pathname.slice(base.length) : "";
    show(parseRoute(`${path || "/"}?${query}`));
  };
  window.addEventListener("popstate", read);
  read();
}

function show(next: Route): void {
  // Hosts repeat what they say: the same route again is no change.
  if (formatRoute(next) !== formatRoute(route.value)) route.value = next;
}

/**
 * Gives a new page's heading the focus, so that screen readers say where they are. Where a field chooses
 * what a page shows, such as the version of the same prompt, it keeps the focus.
 */
export function focusHeadings(): void {
  let last = pageOf(route.value);
  effect(() => {
    const next = pageOf(route.value);
    // The new page is drawn in microtasks, of which some come after this effect's own.
    if (next !== last) setTimeout(focusHeading);
    last = next;
  });
}

function pageOf(shown: Route): string {
  if (!("name" in shown)) return shown.page;
  const isResults = shown.page === "evaluate" && shown.runs.length > 0;
  return `${shown.page} ${shown.name}${isResults ? " results" : ""}`;
}
