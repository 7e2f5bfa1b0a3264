import { describe, expect, it } from 'vitest';
import { impossibleCombination } from '../../src/spec/combinations.ts';
import { applySettings, parseRaceSpec, parseRunSpec } from '../../src/spec/parse.ts';

const defaults = parseRaceSpec({});
const withExperts =
  (...settings: string[]) =>
  () =>
    applySettings(defaults, ['model.experts=4', ...settings]);

describe('experts that choose their tokens', () => {
  const race = { ...defaults, model: { ...defaults.model, experts: 4, routing: 'expert' as const } };

  it('are refused where AR is trained, with the reason', () => {
    const refusal =
      'model.routing must be token where AR is trained: an expert that chooses its tokens looks at the whole sequence, and so tells earlier positions of later ones; got expert';
    expect(withExperts('model.routing=expert')).toThrow(refusal);
    expect(() => parseRunSpec({ ...race, family: 'ar' })).toThrow(refusal);
  });

  it('are for diffusion alone', () => {
    expect(parseRaceSpec(race, ['diffusion']).model.routing).toBe('expert');
    expect(parseRunSpec({ ...race, family: 'diffusion' }).family).toBe('diffusion');
    expect(impossibleCombination(race, [])).toBeUndefined();
  });

  it('are refused in a diffusion model that looks back only, and take no capacity', () => {
    const causal = { ...race, diffusion: { ...race.diffusion, causal: true } };
    expect(() => parseRaceSpec(causal, ['diffusion'])).toThrow('model.routing must be token with diffusion.causal');
    const limited = { ...race, model: { ...race.model, expertCapacity: 1 } };
    expect(() => parseRaceSpec(limited, ['diffusion'])).toThrow(
      'model.expertCapacity must be 0 with model.routing expert, where each expert takes exactly T·k/E tokens of a sequence; got 1',
    );
  });
});

describe('a mixture of experts', () => {
  it('has as many experts as a token uses, at least', () => {
    expect(withExperts('model.expertsPerToken=5')).toThrow(
      'model.expertsPerToken must be at most model.experts, which is 4; got 5',
    );
    expect(withExperts('model.expertsPerToken=4')().model.expertsPerToken).toBe(4);
  });

  it.each([
    ['model.sharedExpert=true', 'model.sharedExpert must be false with model.experts 0, a dense model'],
    ['model.expertCapacity=1.5', 'model.expertCapacity must be 0 with model.experts 0'],
    ['model.routing=expert', 'model.routing must be token with model.experts 0'],
  ])('%s is refused where there are no experts, rather than ignored', (setting, refusal) => {
    expect(() => applySettings(defaults, [setting])).toThrow(refusal);
  });

  it('of one expert has no router, so that there is nothing to limit', () => {
    const one = ['model.experts=1', 'model.expertsPerToken=1'];
    expect(() => applySettings(defaults, [...one, 'model.expertCapacity=0.5'])).toThrow(
      'where there is nothing to choose',
    );
    expect(applySettings(defaults, [...one, 'model.sharedExpert=true']).model.sharedExpert).toBe(true);
  });

  it('asks nothing of how many a token uses in a dense model: that is a default', () => {
    expect(applySettings(defaults, ['model.expertsPerToken=16']).model.experts).toBe(0);
  });
});
