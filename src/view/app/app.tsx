import { Link } from "../components/link.tsx";
import { PlainText } from "../components/plain-text.tsx";
import { QuestionDialog } from "../components/question-dialog.tsx";
import { ServerText } from "../components/server-text.tsx";
import { ComparePage } from "../pages/compare/compare-page.tsx";
import { EditPage } from "../pages/edit/edit-page.tsx";
import { NewPage } from "../pages/edit/new-page.tsx";
import { EvaluatePage } from "../pages/evaluate/evaluate-page.tsx";
import { ListPage } from "../pages/list/list-page.tsx";
import { MissingPage } from "../pages/missing-page.tsx";
import { PromotePage } from "../pages/promote/promote-page.tsx";
import { PromptPage } from "../pages/prompt/prompt-page.tsx";
import { SignInDialog } from "../sign-in/sign-in-dialog.tsx";
import { SignOut } from "../sign-in/sign-out.tsx";
import { common } from "../texts/common.ts";
import { announcement } from "./announce.ts";
import { focusHeading } from "./focus-heading.ts";
import { route } from "./navigation.ts";
import type { Route } from "./route.ts";

/** The frame around every page: heading, content, and what is announced. */
export function App() {
  const shown = route.value;
  const { text, notes } = announcement.value;
  return (
    <>
      {/* biome-ignore lint/a11y/useValidAnchor: in a host's frame the address is one of the host's page, which would be shown in place of the view. */}
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          focusHeading();
        }}
      >
        {common().skip}
      </a>
      <header>
        <nav aria-label={common().prompts}>
          <Link to={{ page: "list", filters: {} }}>{common().prompts}</Link>
        </nav>
        <SignOut />
      </header>
      <main id="content">
        <Page route={shown} />
      </main>
      <p role="status" class="announcement">
        <PlainText text={text} />
        {notes !== "" && (
          <>
            {" "}
            <ServerText text={notes} />
          </>
        )}
      </p>
      <QuestionDialog />
      <SignInDialog />
    </>
  );
}

function Page({ route }: { readonly route: Route }) {
  switch (route.page) {
    case "list":
      return <ListPage filters={route.filters} />;
    case "new":
      return <NewPage />;
    case "prompt":
      return <PromptPage key={route.name} name={route.name} at={route.at} />;
    case "edit":
      return <EditPage key={`${route.name}/${route.at}`} name={route.name} at={route.at} />;
    case "compare":
      return <ComparePage name={route.name} from={route.from} to={route.to} />;
    case "promote":
      return <PromotePage name={route.name} at={route.at} alias={route.alias} />;
    case "evaluate":
      return (
        <EvaluatePage
          key={[route.name, ...route.runs].join(" ")}
          name={route.name}
          runs={route.runs}
          versions={route.versions}
          dataset={route.dataset}
        />
      );
    case "missing":
      return <MissingPage />;
  }
}
