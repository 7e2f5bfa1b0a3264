import { Notices } from '../panels/Header.tsx';
import { Mark } from '../panels/Icons.tsx';
import { words } from '../words.ts';
import { openStep } from './address.ts';
import { CHAPTER_IDS, CHAPTERS, firstOf } from './chapters.ts';
import { Handout } from './Handout.tsx';
import { useLearn } from './state.ts';
import { Teachers } from './Teachers.tsx';
import '../style/learn.css';

/** The guided text as a table of contents, what is there for teachers, and the page to be printed. */
export default function LearnView() {
  const handout = useLearn((state) => state.handout);
  return handout ? <Handout /> : <Contents />;
}

function Contents() {
  const text = words.learn;
  return (
    <main className="learn">
      <Notices />
      <header className="learn-head">
        <h2>{text.title}</h2>
        <p className="lead">{text.lead}</p>
        <button type="button" className="primary" onClick={() => openStep(1)}>
          {text.begin}
        </button>
        <Mark />
      </header>
      <nav aria-label={text.contents}>
        <ol className="learn-chapters">
          {CHAPTER_IDS.map((id, index) => (
            <li key={id}>
              <span className="learn-number" aria-hidden="true">
                {index + 1}
              </span>
              <div>
                <h3>
                  <button type="button" className="link" onClick={() => openStep(firstOf(id))}>
                    {text.chapters[id].title}
                  </button>
                </h3>
                <p>{text.chapters[id].about}</p>
              </div>
              <span className="hint">{text.steps(CHAPTERS[id].length)}</span>
            </li>
          ))}
        </ol>
      </nav>
      <Teachers />
      <section className="learn-paper" aria-labelledby="paper-title">
        <h3 id="paper-title">{text.paper.title}</h3>
        <p>
          {text.paper.about}{' '}
          <a href={text.paper.address} rel="noreferrer">
            {text.paper.link}
          </a>
        </p>
      </section>
    </main>
  );
}
