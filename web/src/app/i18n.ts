// Texts: src/locales/en.json and zh-CN.json hold the same keys; only the language in use is loaded. The server speaks
// English: for other languages there are its texts too, as the namespace `server` (lib/server_texts.ts).
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { onSettings, settings, type Language } from './settings';

const files: Record<Language, () => Promise<Record<string, object>>> = {
  en: async () => ({ translation: (await import('../locales/en.json')).default }),
  'zh-CN': async () => {
    const [pages, templates, troubles] = await Promise.all([
      import('../locales/zh-CN.json'),
      import('../locales/server.zh-CN.json'),
      import('../locales/troubles.zh-CN.json'),
    ]);
    return { translation: pages.default, server: { templates: templates.default, troubles: troubles.default } };
  },
};

async function use(language: Language) {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    for (const [name, texts] of Object.entries(await files[language]())) {
      i18next.addResourceBundle(language, name, texts);
    }
  }
  if (language === settings().language && i18next.language !== language) await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export async function startTexts() {
  const { language } = settings();
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: await files[language]() } as never,
    fallbackLng: false,
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = language;
  onSettings(() => void use(settings().language));
}
