import { HostConnection } from "../connection/host.ts";
import { member } from "../connection/results.ts";
import { chooseLanguage } from "./choose-language.ts";
import { focusHeadings, route } from "./navigation.ts";
import { parseRoute } from "./route.ts";
import { connection } from "./server.ts";
import { submitForms } from "./submit-forms.ts";

/** How long a host may take to say what the view was opened for. After it, the list is shown. */
const longestWaitMs = 3_000;

/**
 * Connects to the host that shows the view. Resolves when it is known what `open_prompt` was called for, so
 * that nothing else is read and shown before it.
 */
export async function openHost(): Promise<void> {
  submitForms();
  await new Promise<void>((resolve, reject) => {
    const host = new HostConnection({
      onContext(context) {
        applyLook(context);
        const locale = member(context, "locale");
        if (typeof locale === "string") void chooseLanguage([locale], (tag) => host.readTexts(tag));
      },
      onResult: (structured) => {
        showResult(structured);
        resolve();
      },
      onCancelled: resolve,
    });
    connection.value = host;
    host.open().then(() => setTimeout(resolve, longestWaitMs), reject);
  });
  focusHeadings();
}

let shown: string | undefined;

function showResult(structured: unknown): void {
  const path = member(structured, "path");
  // Some hosts send the result twice; what the person did since stays.
  if (typeof path !== "string" || path === shown) return;
  shown = path;
  route.value = parseRoute(path);
}

/** The host's theme and style variables (MCP Apps 2026-01-26, Host Context). */
function applyLook(context: unknown): void {
  const { documentElement } = document;
  const theme = member(context, "theme");
  if (theme === "light" || theme === "dark") documentElement.style.colorScheme = theme;
  for (const [name, value] of Object.entries(
    member(member(context, "styles"), "variables") ?? {},
  )) {
    if (name.startsWith("--") && typeof value === "string") {
      documentElement.style.setProperty(name, value);
    }
  }
}
