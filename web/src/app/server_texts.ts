// What the server says, in the language of the pages: lib/server_texts.ts with the texts that i18n.ts loaded.
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../api/types';
import { explain, translator, type Explained, type ServerTexts } from '../lib/server_texts';

export interface ServerWords {
  say: (text: string) => string;
  explain: (trouble: Trouble) => Explained;
}

const asItIs: ServerWords = { say: (text) => text, explain: (trouble) => trouble };
const made = new WeakMap<ServerTexts, ServerWords>();

function wordsOf(texts: ServerTexts): ServerWords {
  let words = made.get(texts);
  if (!words) {
    const translate = translator(texts.templates);
    words = {
      say: (text) => translate(text) ?? text,
      explain: (trouble) => explain(trouble, texts.troubles, translate),
    };
    made.set(texts, words);
  }
  return words;
}

export function useServerWords(): ServerWords {
  const { i18n } = useTranslation();
  const { language } = i18n;
  return useMemo(() => {
    const texts = i18n.getResourceBundle(language, 'server') as ServerTexts | undefined;
    return texts ? wordsOf(texts) : asItIs;
  }, [i18n, language]);
}
