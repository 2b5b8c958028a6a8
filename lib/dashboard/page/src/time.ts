// SPDX-License-Identifier: MIT
//
// Times and amounts as people read them.

const kMinute = 60_000;
const kHour = 60 * kMinute;
const kDay = 24 * kHour;

export function ms_of(time: string | null | undefined): number | null {
  if (!time) return null;
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? null : ms;
}

// "42s", "5m", "3h", "12d": one unit, rounded down.
export function span(ms: number): string {
  if (ms < kMinute) return `${Math.max(0, Math.floor(ms / 1000))}s`;
  if (ms < kHour) return `${Math.floor(ms / kMinute)}m`;
  if (ms < 2 * kDay) return `${Math.floor(ms / kHour)}h`;
  if (ms < 1000 * kDay) return `${Math.floor(ms / kDay)}d`;
  return `${Math.floor(ms / (365 * kDay))}y`;
}

// "43:12", "1:02:33", "3d 04:11:09": what is left, to the second.
export function clock_span(ms: number): string {
  const s = Math.max(0, Math.ceil(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const days = Math.floor(s / 86400);
  const hours = Math.floor(s / 3600) % 24;
  const rest = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  if (days > 0) return `${days}d ${two(hours)}:${rest}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

// As this machine's clock shows it: today the time, else the day as well.
export function local(ms: number, now: number): string {
  const date = new Date(ms);
  const time = date.toLocaleTimeString([], {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
  if (date.toDateString() === new Date(now).toDateString()) return time;
  const options: Intl.DateTimeFormatOptions = {
    day: "numeric",
    month: "short",
  };
  if (date.getFullYear() !== new Date(now).getFullYear())
    options.year = "numeric";
  return `${date.toLocaleDateString([], options)} ${time}`;
}

export function exact(ms: number): string {
  return `${new Date(ms).toLocaleString()} (${new Date(ms).toISOString()})`;
}

export function bytes(n: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let i = 0;
  let value = n;
  for (; value >= 1024 && i < units.length - 1; i += 1) value /= 1024;
  const digits = value < 10 && i > 0 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[i]}`;
}

export function amount(n: number): string {
  if (n >= 1e9) return `${(n / 1e9).toFixed(1)}G`;
  if (n >= 1e6) return `${(n / 1e6).toFixed(1)}M`;
  if (n >= 1e4) return `${(n / 1e3).toFixed(0)}k`;
  return String(n);
}

type Ticking = (now: number) => void;
const ticking = new Set<Ticking>();
let timer = 0;

// Calls back every second, all in one go, while the page is seen.
export function on_tick(callback: Ticking): () => void {
  ticking.add(callback);
  if (!timer)
    timer = window.setInterval(() => {
      if (document.hidden) return;
      const now = Date.now();
      for (const each of ticking) each(now);
    }, 1000);
  return () => {
    ticking.delete(callback);
    if (ticking.size > 0) return;
    clearInterval(timer);
    timer = 0;
  };
}
