import { useState } from "preact/hooks";
import { selection, type VersionName } from "../../app/route.ts";
import { useAnswer } from "../../app/use-answer.ts";
import { Loading } from "../../components/loading.tsx";
import { historyTexts } from "../../texts/history.ts";
import { Comments } from "./comments.tsx";
import { Reviews } from "./reviews.tsx";
import { Timeline } from "./timeline.tsx";
import { Usage } from "./usage.tsx";

/** What people say of a version, who uses the prompt, and what happened to it. */
export function History({ name, at }: { readonly name: string; readonly at?: VersionName }) {
  const discussion = useAnswer("prompt_discussion", { name, ...selection(at) });
  /** Counts the reviews that were stored: they are on the time line too. */
  const [reviewed, setReviewed] = useState(0);
  return (
    <>
      <section aria-labelledby="comments-title" class="history">
        <h2 id="comments-title">{historyTexts().comments}</h2>
        <Loading of={discussion}>
          {(answer) => <Comments discussion={answer} changed={discussion.reload} />}
        </Loading>
      </section>
      {discussion.value && (
        <section aria-labelledby="reviews-title" class="history">
          <h2 id="reviews-title">{historyTexts().reviews(discussion.value.version)}</h2>
          <Reviews
            discussion={discussion.value}
            changed={() => {
              discussion.reload();
              setReviewed((last) => last + 1);
            }}
          />
        </section>
      )}
      <section aria-labelledby="usage-title" class="history">
        <h2 id="usage-title">{historyTexts().usage}</h2>
        <Usage name={name} />
      </section>
      <section aria-labelledby="history-title" class="history">
        <h2 id="history-title">{historyTexts().history}</h2>
        <Timeline key={`${name} ${reviewed}`} name={name} />
      </section>
    </>
  );
}
