// Texts: src/locales/en.json and zh-CN.json hold the same keys; only the language in use is loaded.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { onSettings, settings, type Language } from './settings';

const files: Record<Language, () => Promise<{ default: object }>> = {
  en: () => import('../locales/en.json'),
  'zh-CN': () => import('../locales/zh-CN.json'),
};

async function use(language: Language) {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', (await files[language]()).default);
  }
  if (language === settings().language && i18next.language !== language) await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export async function startTexts() {
  const { language } = settings();
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: (await files[language]()).default } },
    fallbackLng: false,
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = language;
  onSettings(() => void use(settings().language));
}
