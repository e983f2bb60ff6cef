import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { ask } from "../../app/dialogs.ts";
import { guardLeaving } from "../../app/navigation.ts";
import { editTexts } from "../../texts/edit.ts";
import { findWork, forgetWork, keepWork, type Work } from "./stored-work.ts";

/** How long nobody types before the draft is stored. */
const pause = 300;

/** The work on a draft, which survives a reload, and which nobody leaves without being asked. */
export function useWork(key: string, initial: Work) {
  const [found, setFound] = useState(() => findWork(key));
  const [work, setWork] = useState(found?.work ?? initial);
  const isDirty = !isSame(work, initial);
  /** What is not stored yet, for when the page goes. */
  const unsaved = useRef<Work | undefined>(undefined);
  const needsAsking = useRef(isDirty);
  needsAsking.current = isDirty;
  const store = () => {
    if (unsaved.current) keepWork(key, unsaved.current);
    unsaved.current = undefined;
  };
  // Effects wait for the next frame, which a reload right after a key does not.
  useLayoutEffect(() => {
    if (!isDirty) return forgetWork(key);
    unsaved.current = work;
    const timer = setTimeout(store, pause);
    return () => clearTimeout(timer);
  }, [work]);
  useLayoutEffect(() => {
    if (!isDirty) return;
    addEventListener("pagehide", store);
    const unguard = guardLeaving(async () => {
      if (!needsAsking.current) return true;
      const { leave, leaveText, stay, leaveTitle } = editTexts();
      const answer = await ask({ title: leaveTitle, text: leaveText, yes: leave, no: stay });
      return answer === true;
    });
    return () => {
      removeEventListener("pagehide", store);
      unguard();
    };
  }, [isDirty]);
  useLayoutEffect(() => store, []);
  const forget = () => {
    needsAsking.current = false;
    unsaved.current = undefined;
    forgetWork(key);
  };
  return {
    work,
    setWork,
    isDirty,
    /** When the draft was stored that is shown. */
    restoredAt: found?.at,
    /** Nothing is unsaved any more: the view may leave the page. */
    forget,
    /** Throws the draft away, and begins again. */
    discard: () => {
      forget();
      setWork(initial);
      setFound(undefined);
    },
  };
}

function isSame(work: Work, initial: Work): boolean {
  if (work.aside !== undefined || work.name !== initial.name) return false;
  return JSON.stringify(work.draft) === JSON.stringify(initial.draft);
}
