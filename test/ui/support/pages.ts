import type { Frame, Page } from "playwright-core";

/** A browser's page, or the frame of the view in a host. */
export type Place = Page | Frame;

export interface ViewPage {
  /** Its address below `/ui`, of the registry that `openPages` makes. */
  readonly path: string;
  /** Whether it is shown to people who are not signed in. */
  readonly signedOut?: boolean;
  /** Resolves when it has shown what it is about. */
  readonly ready: (page: Place) => Promise<void>;
}

/** Resolves when nothing is being read any more. */
export const settled = async (page: Place) => {
  await page.locator("main h1").waitFor();
  for (const waiting of [page.getByText("Loading …"), page.locator("[aria-busy=true]")]) {
    await waiting.first().waitFor({ state: "hidden" });
  }
};

/** Resolves when the choices of versions are there too, which are read beside what is shown. */
const withVersions = async (page: Place) => {
  await settled(page);
  await page.locator("optgroup").last().locator("option").first().waitFor({ state: "attached" });
};

/** The pages of the view, by the names that files about them have. */
export const pages: Readonly<Record<string, ViewPage>> = {
  list: { path: "/", ready: settled },
  prompt: { path: "/p/support-answer", ready: withVersions },
  edit: { path: "/p/support-answer/2/edit", ready: settled },
  new: { path: "/new", ready: settled },
  compare: { path: "/p/support-answer/1...2", ready: withVersions },
  promote: { path: "/p/support-answer/2/promote/staging", ready: settled },
  evaluate: { path: "/p/support-answer/evaluate?version=1&version=2", ready: settled },
  results: {
    // Its own address names the runs, whose IDs are made anew in each registry.
    path: "/p/support-answer/evaluate",
    ready: async (page) => {
      for (const version of [1, 2]) {
        await page.getByRole("checkbox", { name: `Choose support-answer/${version}` }).check();
      }
      await page.getByRole("button", { name: "Show the chosen ones" }).click();
      await page.getByRole("heading", { name: "All answers", exact: true }).waitFor();
      await settled(page);
    },
  },
};

/** What stands before each page for people who are not signed in. */
export const signInPage: ViewPage = {
  path: "/",
  signedOut: true,
  ready: (page) => page.getByRole("dialog").waitFor(),
};

/** The pages that the documentation shows: `npm run docs:images` makes two images of each. */
export const imagePages: Readonly<Record<string, ViewPage>> = {
  ...pages,
  history: {
    path: "/p/support-answer/2",
    ready: async (page) => {
      await settled(page);
      const history = page.getByRole("heading", { name: "History", exact: true });
      await history.evaluate((heading) => heading.scrollIntoView());
    },
  },
  "sign-in": signInPage,
};

export const looks = ["light", "dark"] as const;

/** The file of an image in `docs/images`. */
export function imageName(page: string, look: (typeof looks)[number]): string {
  return `${page}-${look}.png`;
}
