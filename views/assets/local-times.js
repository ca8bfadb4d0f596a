const OPTIONS = {
  day: { dateStyle: 'medium' },
  minute: { dateStyle: 'medium', timeStyle: 'short' },
  second: { dateStyle: 'medium', timeStyle: 'medium' },
  clock: { timeStyle: 'medium' },
};

/** Shows each moment, which the server writes in UTC, as the clock of this device does. */
export function localTimes(root) {
  const locale = document.documentElement.lang;
  for (const element of root.querySelectorAll('time[datetime]')) {
    const at = new Date(element.dateTime);
    const format = new Intl.DateTimeFormat(locale, OPTIONS[element.dataset.precision] ?? OPTIONS.minute);
    if (!Number.isNaN(at.getTime())) element.textContent = format.format(at);
  }
}
