// Names of objects: valid ones for Kubernetes, and free ones for what a page makes.

export const isName = (text: string) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text) && text.length <= 63;

export function toName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50)
    .replace(/-+$/, '');
}

// The wished name, or it with the first number that makes it free.
export function freeName(wished: string, taken: Iterable<string>): string {
  const names = new Set(taken);
  const base = toName(wished) || 'new';
  if (!names.has(base)) return base;
  for (let number = 2; ; number += 1) {
    if (!names.has(`${base}-${number}`)) return `${base}-${number}`;
  }
}

// A name for one run of something: what it is of, and the moment. Two in one second are told apart by the server (409).
export function runName(base: string, now = new Date()): string {
  const digits = now.toISOString().replace(/[^0-9]/g, '');
  return `${toName(base).slice(0, 40) || 'run'}-${digits.slice(2, 8)}-${digits.slice(8, 14)}`;
}
