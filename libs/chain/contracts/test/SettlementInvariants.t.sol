// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {ComputeToken} from "../src/ComputeToken.sol";
import {SettlementVault} from "../src/SettlementVault.sol";
import {SettlementActors} from "./SettlementActors.sol";
import {same} from "./Vm.sol";

/// @dev Replays, intruders and pauses are asserted inside the actors; here stands what must hold after every step.
contract SettlementInvariantsTest {
    SettlementActors private actors;
    SettlementVault private vault;
    ComputeToken private token;

    function setUp() public {
        actors = new SettlementActors();
        vault = actors.vault();
        token = actors.token();
    }

    /// @dev forge calls only the actors.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(actors);
    }

    function invariant_balancesAddUpToTheSupply() external view {
        same(token.balanceOf(address(vault)) + actors.holdersTotal(), token.totalSupply(), "sum of balances");
    }

    function invariant_supplyIsWhatBatchesMintedLessWhatTheyBurned() external view {
        same(token.totalSupply(), actors.minted() - actors.burned(), "supply");
    }

    function invariant_vaultHoldsMintedAndReturnedLessBurnedAndPaid() external view {
        same(
            token.balanceOf(address(vault)),
            actors.minted() + actors.returned() - actors.burned() - actors.paid(),
            "vault balance"
        );
    }

    function invariant_totalsAreThoseOfBatchesSettledOnce() external view {
        same(vault.totalMinted(), actors.minted(), "total minted");
        same(vault.totalBurned(), actors.burned(), "total burned");
        same(vault.totalPaid(), actors.paid(), "total paid");
    }

    function invariant_nobodyButPayeesEverHoldsATokenOutsideTheVault() external view {
        same(actors.intruderBalance(), 0, "intruder");
        same(token.balanceOf(address(token)), 0, "token contract");
    }
}
