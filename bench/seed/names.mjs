const words = (text) => text.trim().split(/\s+/);

const RUSSIAN = {
  share: 0.75,
  male: words(`Александр Алексей Андрей Антон Артём Борис Вадим Виктор Владимир Вячеслав Глеб Григорий Даниил Денис Дмитрий
    Евгений Егор Иван Игорь Илья Кирилл Константин Лев Максим Матвей Михаил Никита Николай Олег Павел Пётр Роман Руслан
    Семён Сергей Степан Тимофей Тимур Фёдор Юрий Ярослав`),
  female:
    words(`Александра Алёна Алина Алиса Анастасия Анна Валентина Валерия Варвара Вера Вероника Виктория Галина Дарья
    Диана Ева Евгения Екатерина Елена Елизавета Жанна Инна Ирина Карина Кира Кристина Ксения Лариса Людмила Маргарита
    Марина Мария Надежда Наталья Нина Оксана Ольга Полина Светлана София Таисия Татьяна Ульяна Юлия Яна`),
  last: words(`Алексеев Андреев Антонов Баранов Белов Белоусов Богданов Борисов Васильев Виноградов Власов Волков Воробьёв
    Гаврилов Герасимов Голубев Григорьев Гусев Давыдов Данилов Денисов Дмитриев Егоров Ершов Ефимов Жуков Зайцев Захаров
    Иванов Ильин Калинин Ковалёв Козлов Комаров Королёв Кузнецов Кузьмин Лазарев Лебедев Макаров Максимов Марков Матвеев
    Медведев Мельников Миронов Михайлов Морозов Назаров Никитин Николаев Новиков Орлов Осипов Павлов Петров Поляков Попов
    Романов Рябов Семёнов Сергеев Сидоров Смирнов Соболев Соколов Соловьёв Сорокин Степанов Тарасов Тимофеев Титов Тихонов
    Фёдоров Филиппов Фомин Фролов Цветков Чернов Щербаков Яковлев`),
  of: (last, isFemale) => (isFemale ? `${last}а` : last),
};

const ENGLISH = {
  male: words(`Adam Alan Albert Andrew Anthony Arthur Benjamin Brian Charles Christopher Daniel David Edward Eric Frank
    George Harry Henry Jack James John Joseph Kevin Lucas Mark Matthew Michael Noah Oliver Patrick Paul Peter Richard
    Robert Samuel Stephen Thomas Timothy William Zachary`),
  female:
    words(`Abigail Alice Amanda Amy Anna Barbara Carol Charlotte Chloe Diana Dorothy Elizabeth Ella Emily Emma Evelyn
    Grace Hannah Helen Isabella Jane Jessica Julia Karen Laura Linda Lucy Margaret Maria Mary Mia Nancy Nicole Olivia
    Patricia Rachel Rose Ruth Sarah Sophia Susan Victoria`),
  last: words(`Adams Allen Anderson Bailey Baker Bell Bennett Brooks Brown Campbell Carter Clark Collins Cook Cooper Cox
    Davis Edwards Evans Fisher Foster Gray Green Hall Harris Hill Howard Hughes Jackson James Jenkins Johnson Jones Kelly
    King Lee Lewis Long Martin Miller Mitchell Moore Morgan Morris Murphy Myers Nelson Parker Perry Peterson Phillips
    Powell Price Reed Richardson Roberts Robinson Rogers Ross Russell Scott Smith Stewart Taylor Thomas Thompson Turner
    Walker Ward Watson White Williams Wilson Wood Wright Young`),
  of: (last) => last,
};

const LATIN = new Map(
  Object.entries({
    ...{ а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ё: 'e', ж: 'zh', з: 'z', и: 'i', й: 'y', к: 'k', л: 'l' },
    ...{ м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh' },
    ...{ щ: 'shch', ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya' },
  }),
);

/** A first and a last name that go together, and the language they are in. */
export function nameOf(random) {
  const isRussian = random.chance(RUSSIAN.share);
  const isFemale = random.chance(0.5);
  const names = isRussian ? RUSSIAN : ENGLISH;
  return {
    locale: isRussian ? 'ru' : 'en',
    first: random.oneOf(isFemale ? names.female : names.male),
    last: names.of(random.oneOf(names.last), isFemale),
  };
}

/** The same in lower-case letters a to z. */
export const inLatin = (text) => [...text.toLowerCase()].map((letter) => LATIN.get(letter) ?? letter).join('');
