import type { TargetedEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { replaceRoute } from "../../app/navigation.ts";
import { plainLine } from "../../text/hidden.ts";
import { listTexts } from "../../texts/list.ts";
import { type Field, type Filters, givenFilters, isTag } from "./filters.ts";

/** How long to wait while somebody types. */
const pauseMs = 250;

/** What to search for. Whatever is chosen is in the address. */
export function SearchForm({ filters }: { readonly filters: Filters }) {
  const texts = listTexts();
  const [draft, setDraft] = useState<Filters>(filters);
  const applied = useRef(filters);
  const timer = useRef<number>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  // The address changed by other means: a link, or the browser's history.
  useEffect(() => {
    if (JSON.stringify(filters) === JSON.stringify(applied.current)) return;
    clearTimeout(timer.current);
    applied.current = filters;
    setDraft(filters);
  }, [filters]);

  const apply = (next: Filters) => {
    clearTimeout(timer.current);
    applied.current = givenFilters(next);
    replaceRoute({ page: "list", filters: applied.current });
  };
  const change = (field: Field, value: string, pause = 0) => {
    const next = { ...draft, [field]: value };
    setDraft(next);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => apply(next), pause);
  };
  const text = (field: Field) => ({
    id: `list-${field}`,
    name: field,
    value: draft[field] ?? "",
    maxLength: 250,
    onInput: (event: TargetedEvent<HTMLInputElement>) =>
      change(field, event.currentTarget.value, pauseMs),
  });
  const select = (field: Field) => ({
    id: `list-${field}`,
    name: field,
    value: draft[field] ?? "",
    onChange: (event: TargetedEvent<HTMLSelectElement>) => change(field, event.currentTarget.value),
  });
  const box = (field: Field) => ({
    name: field,
    checked: Boolean(draft[field]),
    onChange: (event: TargetedEvent<HTMLInputElement>) =>
      change(field, event.currentTarget.checked ? "1" : ""),
  });
  const times = [
    ["", texts.anyTime],
    ["today", texts.today],
    ["7 days", texts.week],
    ["30 days", texts.month],
    ["90 days", texts.quarter],
  ] as const;
  const { since = "", query = "", tag = "" } = draft;
  const tagIsWrong = !isTag(tag);
  return (
    <search>
      <form
        class="list-form"
        aria-label={texts.find}
        onSubmit={(event) => {
          event.preventDefault();
          apply(draft);
        }}
      >
        <p class="list-search">
          <label for="list-query">{texts.search}</label>
          <input {...text("query")} type="search" placeholder={texts.searchHint} />
        </p>
        <fieldset>
          <legend>{texts.filters}</legend>
          <p>
            <label for="list-alias">{texts.alias}</label>
            <input {...text("alias")} placeholder={texts.aliasHint} />
          </p>
          <p>
            <label for="list-tag">{texts.tag}</label>
            <input
              {...text("tag")}
              placeholder={texts.tagHint}
              aria-invalid={tagIsWrong}
              aria-describedby={tagIsWrong ? "list-tag-problem" : undefined}
            />
            {tagIsWrong && (
              <span id="list-tag-problem" class="list-problem">
                {texts.tagProblem}
              </span>
            )}
          </p>
          <p>
            <label for="list-author">{texts.author}</label>
            <input {...text("author")} />
          </p>
          <p>
            <label for="list-since">{texts.since}</label>
            <select {...select("since")}>
              {times.map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
              {!times.some(([value]) => value === since) && (
                <option value={since}>{plainLine(since)}</option>
              )}
            </select>
          </p>
          <p>
            <label for="list-order">{texts.order}</label>
            <select {...select("order")}>
              <option value="">{query.trim() ? texts.byRelevance : texts.byName}</option>
              {query.trim() && <option value="name">{texts.byName}</option>}
              <option value="changed">{texts.byChange}</option>
            </select>
          </p>
          <p class="list-boxes">
            <label>
              <input type="checkbox" {...box("not_live")} /> {texts.notLive}
            </label>
            <label>
              <input type="checkbox" {...box("never_evaluated")} /> {texts.neverEvaluated}
            </label>
          </p>
        </fieldset>
        {Object.keys(givenFilters(draft)).length > 0 && (
          <button
            type="button"
            onClick={() => {
              setDraft({});
              apply({});
              document.getElementById("list-query")?.focus();
            }}
          >
            {texts.clear}
          </button>
        )}
      </form>
    </search>
  );
}
