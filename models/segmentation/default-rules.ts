import type { TierCondition, TierRules } from './tier-rules.ts';

/**
 * Whoever bought in this season (90 days) is active, whoever missed one season is dormant, two or
 * more (180 days): lost. Time decides that, and not a quantile: whether somebody is gone does not
 * depend on how often others came.
 */
const active = { from: 0, below: 90 };
const asleep = { from: 90, below: 180 };
const gone = { from: 180 };

/** A customer is new for so long after the first order, and while these are the orders. */
const newFor = 30;
const newOrders = { max: 2 };
const fresh: TierCondition = {
  ordered: ['in_window'],
  daysSinceLast: active,
  daysSinceFirst: { below: newFor },
  orders: newOrders,
};

const high = { min: 4 };
const middle = { min: 3, max: 3 };
const top = { min: 5 };
const low = { max: 2 };
const some = { min: 3 };

/** By frequency and money: much of both, or the most of one and a middling other. */
const muchWorth: readonly TierCondition[] = [
  { frequencyScore: high, monetaryScore: high },
  { frequencyScore: top, monetaryScore: middle },
  { frequencyScore: middle, monetaryScore: top },
];
const littleWorth: readonly TierCondition[] = [{ frequencyScore: low, monetaryScore: low }];

/** Between the two, by frequency. */
const oftenWorth: readonly TierCondition[] = [
  { frequencyScore: middle, monetaryScore: { max: 4 } },
  { frequencyScore: { min: 4, max: 4 }, monetaryScore: { max: 3 } },
  { frequencyScore: top, monetaryScore: low },
];
const seldomWorth: readonly TierCondition[] = [{ frequencyScore: low, monetaryScore: some }];

/** Active, and not new any more: for longer, or with more orders. */
const settled: readonly TierCondition[] = [
  { daysSinceLast: active, daysSinceFirst: { from: newFor } },
  { daysSinceLast: active, daysSinceFirst: { below: newFor }, orders: { min: 3 } },
];

const both = (some: readonly TierCondition[], others: readonly TierCondition[]): TierCondition[] =>
  some.flatMap((one) => others.map((other) => ({ ...one, ...other })));

const recently = [{ recencyScore: high }];
const longerAgo = [{ recencyScore: { max: 3 } }];
const sleeping = [{ daysSinceLast: asleep }];
/** With a window that is shorter than that: none in it, and not lost. */
const outside: TierCondition = { ordered: ['before'], daysSinceLast: { below: gone.from } };

/**
 * The rules that a shop begins with. Groups are parts of tiers: high_value are champions and loyal,
 * promising are potential_loyalist and promising, new are recent, low_value are needs_attention and
 * about_to_sleep, dormant are cannot_lose, at_risk and hibernating.
 */
export const defaultRules: TierRules = {
  tiers: {
    high_value: {
      name: { en: 'High value', zh: '高价值用户' },
      treatment: {
        en: 'Early access to new items and offers made for them.',
        zh: '新品优先购，提供专属定制优惠。',
      },
      when: both(settled, muchWorth),
    },
    promising: {
      name: { en: 'Promising', zh: '潜力用户' },
      treatment: {
        en: 'Points and benefits in live rooms, towards the next order.',
        zh: '积分激励与直播间福利，促进再次下单。',
      },
      when: both(settled, [...oftenWorth, ...seldomWorth]),
    },
    new: {
      name: { en: 'New', zh: '新用户' },
      treatment: {
        en: 'A welcome with points and live benefits towards the second order.',
        zh: '新客礼遇：积分与直播间福利，引导第二次下单。',
      },
      when: [fresh],
    },
    dormant: {
      name: { en: 'Dormant', zh: '沉睡用户' },
      treatment: {
        en: 'Return coupons and what is new since the last order.',
        zh: '发放回归优惠券，推送上次购买后的新品。',
      },
      when: [{ ordered: ['in_window'], daysSinceLast: asleep }, outside],
    },
    lost: {
      name: { en: 'Lost', zh: '流失用户' },
      treatment: {
        en: 'Repair: ask why they left, make good what went wrong, then one strong offer.',
        zh: '流失修复：了解离开原因，补偿不良体验，再给一次强力优惠。',
      },
      when: [{ daysSinceLast: gone }],
    },
    low_value: {
      name: { en: 'Low value', zh: '低价值用户' },
      treatment: {
        en: 'Basics: the usual news, no extra cost.',
        zh: '基础维护：常规触达，不额外投入。',
      },
      when: both(settled, littleWorth),
    },
    prospect: {
      name: { en: 'Prospect', zh: '潜在用户' },
      treatment: {
        en: 'Basics, and a benefit on the first order.',
        zh: '基础维护，提供首单福利。',
      },
      when: [{ ordered: ['never'] }],
    },
  },
  groups: {
    champions: {
      name: { en: 'Champions', zh: '冠军用户' },
      treatment: {
        en: 'First to see new items; a host who knows them; no discount needed.',
        zh: '新品首发优先看，主播专属服务，无需折扣。',
      },
      when: both(both(settled, muchWorth), recently),
    },
    loyal: {
      name: { en: 'Loyal', zh: '忠诚用户' },
      treatment: {
        en: 'Early access and offers by their taste, before the season ends.',
        zh: '新品优先购，按偏好定制优惠，保持本季活跃。',
      },
      when: both(both(settled, muchWorth), longerAgo),
    },
    potential_loyalist: {
      name: { en: 'Potential loyalist', zh: '潜在忠诚用户' },
      treatment: {
        en: 'Points for the next order, and sets that go with what they have.',
        zh: '下单积分翻倍，推荐与已购单品搭配的套装。',
      },
      when: both(settled, oftenWorth),
    },
    recent: {
      name: { en: 'Recent', zh: '新近首购用户' },
      treatment: {
        en: 'Care after the first order: size help, then a reason for the second.',
        zh: '首单关怀：尺码协助，再引导第二单。',
      },
      when: [fresh],
    },
    promising: {
      name: { en: 'Promising', zh: '有潜力用户' },
      treatment: {
        en: 'Live benefits that bring them more often: they spend well when they come.',
        zh: '直播间福利提升到访频次：客单价高、来得少。',
      },
      when: both(settled, seldomWorth),
    },
    needs_attention: {
      name: { en: 'Needs attention', zh: '需要关注用户' },
      treatment: {
        en: 'Basics with what others like best: they come, but buy little.',
        zh: '基础触达，推送热销款：近期来过，买得少。',
      },
      when: both(both(settled, littleWorth), recently),
    },
    about_to_sleep: {
      name: { en: 'About to sleep', zh: '即将沉睡用户' },
      treatment: {
        en: 'One reminder of rooms on their favourite categories.',
        zh: '提醒一次偏好品类的直播。',
      },
      when: both(both(settled, littleWorth), longerAgo),
    },
    at_risk: {
      name: { en: 'At risk', zh: '流失风险用户' },
      treatment: {
        en: 'A return coupon, soon.',
        zh: '尽快发放回归优惠券。',
      },
      when: both(sleeping, [...oftenWorth, ...seldomWorth]),
    },
    cannot_lose: {
      name: { en: 'Cannot lose them', zh: '不可流失用户' },
      treatment: {
        en: 'A personal word and the best return offer there is.',
        zh: '人工一对一回访，给予最优回归礼遇。',
      },
      when: both(sleeping, muchWorth),
    },
    hibernating: {
      name: { en: 'Hibernating', zh: '休眠用户' },
      treatment: {
        en: 'A return coupon with the next sale, nothing more.',
        zh: '大促时发放回归券，不额外投入。',
      },
      when: [...both(sleeping, littleWorth), outside],
    },
    lost: {
      name: { en: 'Lost', zh: '流失用户' },
      treatment: {
        en: 'Repair once; then leave them be.',
        zh: '流失修复一次，之后不再打扰。',
      },
      when: [{ daysSinceLast: gone }],
    },
    prospect: {
      name: { en: 'Prospect', zh: '潜在用户' },
      treatment: {
        en: 'A benefit on the first order.',
        zh: '提供首单福利。',
      },
      when: [{ ordered: ['never'] }],
    },
  },
};
