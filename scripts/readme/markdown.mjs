import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const ELSEWHERE = /^(node_modules|dist|coverage|reports|\.)|\/node_modules\//;

export const readText = (file) => readFileSync(join(ROOT, file), 'utf8');

/** Paths of all documents of the project, from its root. */
export const markdownFiles = () =>
  readdirSync(ROOT, { recursive: true }).filter((path) => path.endsWith('.md') && !ELSEWHERE.test(path));

/** The fenced blocks of a text, in order: `{ language, text, line }`; `line` is that of its first line, from 1. */
export function fences(text) {
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(({ 1: language, 2: inner, index }) => ({
    language,
    text: inner,
    line: text.slice(0, index).split('\n').length + 1,
  }));
}

export const withoutFences = (text) => text.replace(/^```.*?^```$/gms, '');

/** `{ level, title }` of each heading. */
export const headings = (text) =>
  [...withoutFences(text).matchAll(/^(#+) (.+)$/gm)].map(({ 1: marks, 2: title }) => ({ level: marks.length, title }));

/** What links may name in a text, as GitHub makes it of its headings. */
export function anchors(text) {
  const seen = new Map();
  return headings(text).map(({ title }) => {
    const plain = title.replace(/\[(.*?)\]\(.*?\)/g, '$1').toLowerCase();
    const slug = plain.replace(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}

/** Where the links and pictures of a text lead to. */
export const links = (text) => [...withoutFences(text).matchAll(/\]\(([^)\s]+)\)/g)].map(({ 1: target }) => target);
