import { render } from "preact";
import { App } from "./app/app.tsx";
import { followHeading } from "./app/document-title.ts";
import { openBrowser } from "./app/open-browser.ts";
import { openHost } from "./app/open-host.ts";
import { toFailure } from "./app/use-answer.ts";
import { Failure } from "./components/failure.tsx";
import { finishCallback } from "./sign-in/oauth.ts";
import { common } from "./texts/common.ts";
import { signInTexts } from "./texts/sign-in.ts";

const root = document.createElement("div");
document.body.append(root);

if (finishCallback()) render(<p role="status">{signInTexts().closeWindow}</p>, root);
else start();

function start(): void {
  followHeading();
  const isInHost = window.parent !== window;
  if (isInHost) render(<Starting />, root);
  const open = isInHost ? openHost : openBrowser;
  open().then(
    () => render(<App />, root),
    (error: unknown) => render(<Failure failure={toFailure(error)} />, root),
  );
}

/** Until the host has said what to show. */
function Starting() {
  return <p role="status">{common().loading}</p>;
}
