import { useEffect, useRef } from "preact/hooks";
import { Failure } from "../../components/failure.tsx";
import { Link } from "../../components/link.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { common } from "../../texts/common.ts";
import { listTexts } from "../../texts/list.ts";
import { RowGroup } from "./row-group.tsx";
import type { FoundPage, Pages } from "./use-pages.ts";

/** What was found, as a table of which only the rows near the window are rendered. */
export function Results({ found, isAll }: { readonly found: Pages; readonly isAll: boolean }) {
  const texts = listTexts();
  const { pages, isLoading, failure, hasMore, readMore } = found;
  const count = pages.reduce((sum, { prompts }) => sum + prompts.length, 0);
  const last = pages.at(-1);
  const rows = hasMore ? -1 : count + 1;
  return (
    <div aria-busy={isLoading}>
      <p role="status" class="list-count">
        {describeCount(found, count)}
      </p>
      {pages.some(({ runs_cut }) => runs_cut) && <p>{texts.runsCut}</p>}
      {pages[0]?.prompts.some(({ missing }) => missing) && <p>{texts.partial}</p>}
      {count > 0 && (
        <table class="list-table" aria-rowcount={rows} aria-label={common().prompts}>
          <thead>
            <tr aria-rowindex={1}>
              <th scope="col">{texts.prompt}</th>
              <th scope="col">{texts.live}</th>
              <th scope="col">{texts.newest}</th>
              <th scope="col">{texts.tags}</th>
            </tr>
          </thead>
          {withFirstRows(pages).map(({ page, first }) => (
            <RowGroup
              key={page.prompts[0]?.name}
              page={page}
              isOnly={pages.length === 1}
              first={first}
            />
          ))}
        </table>
      )}
      {failure && <Failure failure={failure} retry={readMore} />}
      {last && count === 0 && !isLoading && !failure && <Nothing page={last} isAll={isAll} />}
      {last?.cut && <p>{texts.cut}</p>}
      {hasMore && !failure && <More isLoading={isLoading} readMore={readMore} />}
    </div>
  );
}

/** Said once per search and at its end, not with every page. */
function describeCount({ pages, hasMore, failure, isLoading }: Pages, count: number): string {
  const first = pages[0];
  if (failure) return "";
  if (first === undefined) return isLoading ? common().loading : "";
  const texts = listTexts();
  return hasMore ? texts.countMore(first.prompts.length) : texts.countAll(count);
}

function withFirstRows(pages: readonly FoundPage[]) {
  let next = 2;
  return pages.map((page) => {
    const first = next;
    next += page.prompts.length;
    return { page, first };
  });
}

/** Reads more when it comes near the window. Who uses no scrolling has the button. */
function More({
  isLoading,
  readMore,
}: {
  readonly isLoading: boolean;
  readonly readMore: () => void;
}) {
  const end = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (!end.current || isLoading) return;
    const observer = new IntersectionObserver(
      (entries) => entries.at(-1)?.isIntersecting && readMore(),
      { rootMargin: "600px 0px" },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [isLoading, readMore]);
  return (
    <p ref={end}>
      <button type="button" aria-disabled={isLoading} onClick={readMore}>
        {isLoading ? listTexts().loadingMore : listTexts().showMore}
      </button>
    </p>
  );
}

function Nothing({ page, isAll }: { readonly page: FoundPage; readonly isAll: boolean }) {
  const texts = listTexts();
  const { nearest = [] } = page;
  return (
    <section class="list-nothing">
      <h2>{isAll ? texts.empty : texts.nothing}</h2>
      <p>{isAll ? texts.emptyHelp : texts.nothingHelp}</p>
      {nearest.length > 0 && (
        <>
          <p>{texts.nearest}</p>
          <ul>
            {nearest.map((name) => (
              <li key={name}>
                <Link to={{ page: "prompt", name }}>
                  <PlainText text={name} />
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
