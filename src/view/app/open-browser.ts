import { BrowserConnection } from "../connection/browser.ts";
import { CallFailure } from "../connection/connection.ts";
import { member } from "../connection/results.ts";
import { openIdentity } from "../sign-in/open-identity.ts";
import { common } from "../texts/common.ts";
import { chooseLanguage } from "./choose-language.ts";
import { ask } from "./dialogs.ts";
import { focusHeadings, followAddress, workspaceInAddress } from "./navigation.ts";
import { connection } from "./server.ts";

/** Connects to the server that the page comes from. @throws CallFailure when it is not ready */
export async function openBrowser(): Promise<void> {
  const [response] = await Promise.all([
    fetch("/ui/config.json"),
    chooseLanguage(navigator.languages, readTexts),
  ]);
  const config: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new CallFailure(String(member(member(config, "error"), "message")));
  const workspace = workspaceInAddress();
  const path = workspace === undefined ? "/mcp" : `/mcp/${encodeURIComponent(workspace)}`;
  connection.value = new BrowserConnection(path, openIdentity(config), (text) =>
    ask({ title: common().question, text, isOfServer: true, yes: common().yes, no: common().no }),
  );
  followAddress();
  focusHeadings();
}

async function readTexts(language: string): Promise<string> {
  const response = await fetch(`/ui/texts/${language}.json`);
  return response.ok ? await response.text() : "";
}
