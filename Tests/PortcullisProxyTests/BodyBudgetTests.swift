import Testing

@testable import PortcullisProxy

@Suite("BodyBudget")
struct BodyBudgetTests {
    @Test("reserves no more than its limit and takes everything back")
    func reserves() {
        let budget = BodyBudget(limit: 100)
        do {
            let first = budget.reserve(60, of: 60, client: "a")
            #expect(first != nil)
            #expect(budget.reserve(41, of: 41, client: "b") == nil)
            #expect(first?.grow(to: 100) == true)
            #expect(first?.grow(to: 101) == false)
            #expect(first?.size == 100)
            #expect(budget.reserved == 100)
        }
        #expect(budget.reserved == 0)
    }

    @Test("declaring much holds little, and is refused where it could never fit now")
    func declared() {
        let budget = BodyBudget(limit: 100)
        let patient = budget.reserve(10, of: 90, client: "a")
        #expect(patient != nil)
        #expect(budget.reserved == 10)
        #expect(budget.reserve(10, of: 91, client: "b") == nil)
        #expect(budget.reserve(10, of: 90, client: "b") != nil)
    }

    @Test("one client's share ends before the budget does, and comes back to it")
    func shares() {
        let budget = BodyBudget(limit: 101, sharePercent: 50)
        #expect(budget.share == 50)
        do {
            let first = budget.reserve(30, of: 30, client: "a")
            let second = budget.reserve(20, of: 20, client: "a")
            #expect(first?.grow(to: 31) == false)
            #expect(second != nil)
            #expect(budget.reserve(1, of: 1, client: "a") == nil)
            #expect(budget.reserve(50, of: 50, client: "b") != nil)
        }
        #expect(budget.reserve(50, of: 50, client: "a") != nil)
        #expect(BodyBudget(limit: 7).share == 7)
    }

    @Test("a share is never too small for one body that a route allows")
    func largestBody() {
        #expect(BodyBudget(limit: 100, sharePercent: 50, largest: 80).share == 80)
        #expect(BodyBudget(limit: 100, sharePercent: 50, largest: 800).share == 100)
    }
}
