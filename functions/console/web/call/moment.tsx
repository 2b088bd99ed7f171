import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { shownDay, shownTime } from '../time.ts';
import { t } from '../words.ts';
import { clock, instantOf, readWall, wallAt, written } from '../zone.ts';

const STEP = 5;
/** While a slider is moved, nothing is asked. */
const PAUSE_MS = 200;

/** When a call is: a date and time to type, and a slider over the day. */
export function Moment(props: {
  readonly at: number;
  readonly zone: string;
  readonly pick: (at: number) => unknown;
}) {
  const { at, zone, pick } = props;
  const wall = wallAt(at, zone);
  const moved = useSignal(wall.minutes);
  useEffect(() => {
    moved.value = wall.minutes;
  }, [at, zone]);
  useEffect(() => {
    if (moved.value === wall.minutes) return undefined;
    const timer = setTimeout(
      () => pick(instantOf({ date: wall.date, minutes: moved.peek() }, zone)),
      PAUSE_MS,
    );
    return () => clearTimeout(timer);
  }, [moved.value]);
  return (
    <div class="moment">
      <label>
        {t('call-at', { zone })}{' '}
        <input
          type="datetime-local"
          value={written(wall)}
          onChange={(event) => {
            const typed = readWall(event.currentTarget.value);
            if (typed) pick(instantOf(typed, zone));
          }}
        />
      </label>
      <label class="wide">
        {t('call-slider', { day: shownDay(wall.date), time: clock(moved.value) })}
        <input
          type="range"
          min={0}
          max={1440 - STEP}
          step={STEP}
          value={moved.value}
          aria-valuetext={shownTime(
            instantOf({ date: wall.date, minutes: moved.value }, zone),
            zone,
          )}
          onInput={(event) => {
            moved.value = Number(event.currentTarget.value);
          }}
        />
      </label>
    </div>
  );
}
