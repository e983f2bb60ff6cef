import { effect, signal } from "@preact/signals";
import { focusHeading } from "./focus-heading.ts";
import { formatRoute, parseRoute, type Route } from "./route.ts";

/** Where the page lives in a browser. */
const base = "/ui";

/** What is shown now. */
export const route = signal<Route>({ page: "list", filters: {} });

/** Asked before leaving a page, which may hold unsaved work. */
let mayLeave: (() => Promise<boolean>) | undefined;

/** Asks before the page is left, by links and by the browser. @returns a function that ends that */
export function guardLeaving(guard: () => Promise<boolean>): () => void {
  mayLeave = guard;
  addEventListener("beforeunload", warn);
  return () => {
    mayLeave = undefined;
    removeEventListener("beforeunload", warn);
  };
}

function warn(event: Event): void {
  event.preventDefault();
}

/** Shows a route. In a browser it becomes the page's address. */
export async function navigate(next: Route): Promise<void> {
  if (mayLeave && !(await mayLeave())) return;
  show(next);
  if (followsAddress) history.pushState(++place, "", addressOf(next));
}

/** As `navigate`, in place of the route that is shown: the history gets no entry. */
export function replaceRoute(next: Route): void {
  show(next);
  if (followsAddress) history.replaceState(place, "", addressOf(next));
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

/** The place of what is shown in the browser's history, which each entry of it has as its state. */
let place = 0;

/** Called at the end of the view's own steps in the history. */
let arrive: (() => void) | undefined;

/** Follows the browser's address, forwards and backwards. */
export function followAddress(): void {
  followsAddress = true;
  enter(history.state ?? 0);
  window.addEventListener("popstate", ({ state }) => void follow(state));
  show(routeInAddress());
}

/** The browser has gone to another entry already. Where the page is guarded, it comes back to ask. */
async function follow(state: unknown): Promise<void> {
  const home = place;
  // A link within the page makes an entry without a place.
  enter(state ?? place + 1);
  if (arrive) return arrive();
  const wanted = place;
  const next = routeInAddress();
  const guard = mayLeave;
  if (guard && !isShown(next)) {
    await go(home);
    // What was guarded may have ended meanwhile, and led to another page.
    if (!(await guard()) || place !== home) return;
    await go(wanted);
  }
  show(next);
}

function enter(state: unknown): void {
  place = Number(state);
  history.replaceState(place, "");
}

async function go(to: number): Promise<void> {
  // The person may press Back again before the browser has arrived.
  while (place !== to) {
    await new Promise<void>((resolve) => {
      arrive = resolve;
      history.go(to - place);
    });
  }
  arrive = undefined;
}

function routeInAddress(): Route {
  const { pathname, search } = location;
  const query = new URLSearchParams(search);
  query.delete("workspace");
  const path = pathname.startsWith(base) ? pathname.slice(base.length) : "";
  return parseRoute(`${path || "/"}?${query}`);
}

function show(next: Route): void {
  // Hosts repeat what they say: the same route again is no change.
  if (!isShown(next)) route.value = next;
}

function isShown(next: Route): boolean {
  return formatRoute(next) === formatRoute(route.value);
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
